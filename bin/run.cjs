#!/usr/bin/env node
// CommonJS, since the loader of ES modules takes several milliseconds, and by hand, since this is read at every start.
'use strict'

const fs = require('node:fs')
const vm = require('node:vm')

const WEEK_MS = 7 * 24 * 3_600_000
const WAYS_BYTES = 512
// Paths by hand: "path.join" looks at every character of them.
const dist = `${__dirname}/../dist`

/**
 * The directories, each in the one before, where V8's compiled form of the program is kept, beside the cache of
 * credentials: none where the user has switched it off.
 */
const findCacheDirs = () => {
  // oxlint-disable-next-line node/no-process-env -- before the program, which takes it as an argument
  const {NODE_DISABLE_COMPILE_CACHE: isOff, KUBECACHEDIR, HOME, USERPROFILE} = process.env
  const home = process.platform === 'win32' ? USERPROFILE : HOME
  if (isOff || !(KUBECACHEDIR || home)) return []
  const names = ['ack-ram-tool', 'compile-cache']
  if (!KUBECACHEDIR) names.unshift('.kube', 'cache')
  return names.map((_, index) => [KUBECACHEDIR || home, ...names.slice(0, index + 1)].join('/'))
}

const cacheDirs = findCacheDirs()
const cacheDir = cacheDirs.at(-1)

const isPrivate = () => {
  const status = fs.lstatSync(cacheDir)
  return status.isDirectory() && (!process.geteuid || (status.uid === process.geteuid() && (status.mode & 0o077) === 0))
}

/**
 * V8 does not look whether what it is given is intact, and dies of it if not: so it is kept twice, and compared. After
 * it stand the ways whose functions it holds, for V8 keeps those that have run.
 */
const readCompiled = (name) => {
  if (!cacheDir) return undefined
  try {
    if (!isPrivate()) return undefined
    const content = fs.readFileSync(`${cacheDir}/${name}`)
    const end = content.length - WAYS_BYTES
    const cachedData = content.subarray(0, end / 2)
    if (end <= 0 || !cachedData.equals(content.subarray(end / 2, end))) return undefined
    return {cachedData, ways: content.latin1Slice(end).trimEnd()}
  } catch {
    return undefined
  }
}

// Step by step: a home directory that is not there is not made, and mkdir -p never ends below /proc.
const makeDir = (dir) => {
  try {
    fs.mkdirSync(dir, 0o700)
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  }
}

const writeCompiled = (ways) => {
  try {
    for (const dir of cacheDirs) makeDir(dir)
    if (!isPrivate()) return
    const temporary = `${cacheDir}/${name}.${process.pid}.tmp`
    const opened = fs.openSync(temporary, 'wx', 0o600)
    // Only now: it takes longer than to find out that nothing can be written.
    const cachedData = script.createCachedData()
    const tail = Buffer.alloc(WAYS_BYTES, ' ')
    tail.write(ways.join(';'))
    fs.writeFileSync(opened, Buffer.concat([cachedData, cachedData, tail]))
    fs.closeSync(opened)
    fs.renameSync(temporary, `${cacheDir}/${name}`)
    // What earlier builds have left; another installation that is in use makes its own again.
    for (const other of fs.readdirSync(cacheDir)) {
      const {mtimeMs} = fs.statSync(`${cacheDir}/${other}`)
      if (Date.now() - mtimeMs > WEEK_MS) fs.unlinkSync(`${cacheDir}/${other}`)
    }
  } catch {
    // A directory that cannot be written: the next start takes a little longer again.
  }
}

const file = `${dist}/lane/start.cjs`
const source = fs.readFileSync(file, 'latin1')
const name = `${source.length}-${process.version}-${process.arch}.bin`
const compiled = readCompiled(name)
const script = new vm.Script(`(function (module, exports, require) {${source}\n})`, {
  filename: file,
  cachedData: compiled?.cachedData,
})
const program = {exports: {}}
const {createRequire} = process.getBuiltinModule('node:module')
let inLane
const requireInLane = (id) => {
  if (id === 'node:fs') return fs
  inLane ??= createRequire(file)
  if (id !== './more.cjs') return inLane(id)
  inLane.cache[file] ??= Object.assign(Object.create(module), {
    id: file,
    filename: file,
    exports: program.exports,
    loaded: true,
  })
  return inLane(id)
}
script.runInThisContext()(program, program.exports, requireInLane)

const started = program.exports.start({
  launcher: __filename,
  readHelp: async () => fs.readFileSync(`${dist}/help.json`, 'utf8'),
  loadFull: () => import('../dist/start/main.js'),
})
void started.then((ending) => {
  const isUsed = compiled && !script.cachedDataRejected
  const ways = isUsed ? compiled.ways.split(';') : ['']
  if (ending && cacheDir && !(isUsed && ways.includes(ending.way))) writeCompiled([ending.way, ...ways])
  // oxlint-disable-next-line unicorn/no-process-exit
  return ending && process.exit(ending.exitCode)
})
