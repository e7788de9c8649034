import {spawnSync} from 'node:child_process'
import {chmod, mkdir, readdir, readFile, symlink, writeFile} from 'node:fs/promises'
import {createServer} from 'node:http'
import {delimiter, join, relative} from 'node:path'
import {fileURLToPath} from 'node:url'

import {expect} from 'chai'
import {list} from 'tar'

import {makeArchive, makeManagersArchive, sumOf, writeSums} from '../../scripts/release/archives.ts'
import {archiveOf, TARGETS} from '../../scripts/release/targets.ts'
import {listenOnLoopback} from '../local-cloud/loopback-server.ts'
import {startRelease, type TestRelease} from '../support/release-server.ts'
import {runApart} from '../support/run-apart.ts'
import type {CliResult} from '../support/run-process.ts'
import {expectMode} from '../support/expect-mode.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const INSTALL = join(ROOT, 'install.sh')
const SHELLS = [['sh'], ['dash'], ['bash'], ['busybox', 'sh']].filter(
  ([shell = '', ...args]) => spawnSync(shell, [...args, '-c', 'true']).status === 0,
)
/** What the script calls, but for what downloads. */
const TOOLS =
  'awk cat chmod cp cut gzip head mkdir mktemp mv rm sh sha256sum shasum openssl perl sysctl tar uname unzip'.split(' ')
/** A program that starts nowhere below a directory of the variable NOEXEC, as where a file system is mounted noexec. */
const PROGRAM = `#!/bin/sh
case $0 in
  "\${NOEXEC:-/nowhere}"/*) echo "$0: Permission denied" >&2; exit 126 ;;
esac
[ "$1" = --version ] && echo "ack-ram-tool/0.1.0 a script"
`

describe('install.sh', () => {
  let release: TestRelease

  before(function () {
    if (process.platform === 'win32') this.skip()
  })
  beforeEach(async () => {
    release = await startRelease(PROGRAM)
  })
  afterEach(() => release?.close())

  const run = (
    args: readonly string[],
    {shell = ['sh'], env = {}, cwd}: {shell?: readonly string[]; env?: NodeJS.ProcessEnv; cwd?: string} = {},
  ): Promise<CliResult> => {
    const [program = '', ...ofShell] = shell
    const all = {HOME: release.home, PATH: process.env['PATH'] ?? '', ...env}
    return runApart([program, ...ofShell, INSTALL, ...args], all, cwd)
  }

  /** A directory of scripts, for PATH. */
  const scripts = async (contents: Readonly<Record<string, string>>): Promise<string> => {
    const dir = join(release.files, '../scripts')
    await mkdir(dir, {recursive: true})
    for (const [name, content] of Object.entries(contents)) {
      await writeFile(join(dir, name), `#!/bin/sh\n${content}`)
      await chmod(join(dir, name), 0o755)
    }
    return dir
  }

  /** A PATH that has no program that downloads but the one that is named; undefined where that is not installed. */
  const pathWith = async (downloader = 'sh'): Promise<string | undefined> => {
    const dir = join(release.files, '../tools')
    await mkdir(dir, {recursive: true})
    for (const tool of new Set([...TOOLS, downloader])) {
      const path = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', tool], {encoding: 'utf8'}).stdout.trim()
      if (path !== '') await symlink(path, join(dir, tool))
      else if (tool === downloader) return undefined
    }
    return dir
  }

  /** Everything below the home directory. */
  const installed = async (): Promise<readonly string[]> => {
    const entries = await readdir(release.home, {recursive: true, withFileTypes: true})
    return entries.filter((entry) => entry.isFile()).map(({name}) => name)
  }

  for (const shell of SHELLS) {
    it(`installs what a server has, in ${shell.join(' ')}, over what was there`, async () => {
      for (const times of ['once', 'again']) {
        const {stdout, stderr, exitCode} = await run(['--base-url', release.url], {shell})
        expect({stderr, exitCode}, times).to.deep.equal({stderr: '', exitCode: 0})
        const path = join(release.home, '.local/bin/ack-ram-tool')
        expect(stdout).to.match(/^Installed ack-ram-tool\/0\.1\.0 in .*\nAdd .* to PATH/)
        await expectMode(path, 0o755)
        expect(await installed()).to.deep.equal(['ack-ram-tool'])
      }
    })
  }

  it('installs without a network from a directory, into another one', async () => {
    const dir = join(release.home, 'a directory')
    const {stdout, exitCode, stderr} = await run(['--from', release.files, '--dir', dir])
    expect(exitCode, stderr).to.equal(0)
    expect(stdout).to.contain(join(dir, 'ack-ram-tool'))
    expect(await installed()).to.deep.equal(['ack-ram-tool'])
  })

  /** Changes the file that every target's archive is verified by. */
  const changeSums = async (change: (text: string) => string): Promise<void> => {
    const path = join(release.files, 'SHA256SUMS')
    await writeFile(path, change(await readFile(path, 'utf8')))
  }

  for (const [what, change, message] of [
    [
      'an archive of another sum',
      () => changeSums((text) => text.replaceAll(/^.{8}/gm, '01234567')),
      'nothing was installed',
    ],
    ['an archive without a sum', () => changeSums(() => ''), 'SHA256SUMS does not name ack-ram-tool-'],
    [
      'an archive that was cut off',
      async () => {
        for (const file of await readdir(release.files))
          if (file.endsWith('.gz'))
            await writeFile(join(release.files, file), (await readFile(join(release.files, file))).subarray(0, 99))
      },
      'nothing was installed',
    ],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await change()
      for (const source of [
        ['--base-url', release.url],
        ['--from', release.files],
      ]) {
        const {stdout, stderr, exitCode} = await run(source)
        expect({stdout, exitCode}).to.deep.equal({stdout: '', exitCode: 1})
        expect(stderr)
          .to.match(/^install\.sh: .*\n$/)
          .and.contain(message)
        expect(await installed()).to.deep.equal([])
      }
    })
  }

  it('says what cannot be downloaded, and what it does not know', async () => {
    const missing = await run(['--base-url', `${release.url}/nowhere`])
    expect(missing.exitCode).to.equal(1)
    expect(missing.stderr).to.contain(`install.sh: cannot download ${release.url}/nowhere/SHA256SUMS`)
    const unknown = await run(['--frm', release.files])
    expect(unknown).to.include({exitCode: 1, stderr: 'install.sh: unknown argument --frm; see install.sh --help\n'})
    expect((await run(['--dir'])).stderr).to.equal('install.sh: --dir needs a value\n')
    expect((await run(['--help'])).stdout).to.contain('Usage: install.sh')
  })

  for (const downloader of ['curl', 'wget']) {
    it(`installs what a server has, with ${downloader} alone`, async function () {
      const path = (await pathWith(downloader)) ?? this.skip()
      const {stderr, exitCode} = await run(['--base-url', release.url], {env: {PATH: path}})
      expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
      expect(await installed()).to.deep.equal(['ack-ram-tool'])
    })

    for (const what of ['does not answer', 'stops halfway'])
      it(`gives up on a server that ${what}, with ${downloader}`, async function () {
        const path = (await pathWith(downloader)) ?? this.skip()
        let requests = 0
        const server = createServer((_, response) => {
          requests += 1
          if (what === 'stops halfway') response.writeHead(200, {'content-length': '1000'}).write('half')
        })
        const {port, close} = await listenOnLoopback(server)
        try {
          const url = `http://127.0.0.1:${port}`
          const {stdout, stderr, exitCode} = await run(['--base-url', url, '--timeout', '1'], {env: {PATH: path}})
          expect({stdout, exitCode}).to.deep.equal({stdout: '', exitCode: 1})
          expect(stderr).to.contain(`install.sh: cannot download ${url}/SHA256SUMS`).and.contain('for 1 seconds')
          expect(requests).to.be.within(1, 2)
          expect(await installed()).to.deep.equal([])
        } finally {
          await close()
        }
      })
  }

  it('passes no -T to a wget that does not know it, and limits the whole', async () => {
    const wget = `case $* in
  --help) echo 'Usage: wget [-cqS] [-O FILE] URL...' >&2; exit 1 ;;
  *-T*) kill -SEGV $$ ;;
  *) for url; do :; done; cp "$FILES/\${url##*/}" "$3" ;;
esac
`
    const fakes = await scripts({wget, timeout: 'echo "$1" >> "$LIMITS"\nshift\nexec "$@"\n'})
    const path = [fakes, await pathWith()].join(delimiter)
    const limits = join(release.files, '../limits')
    const env = {PATH: path, FILES: release.files, LIMITS: limits}
    const {stderr, exitCode} = await run(['--base-url', release.url], {env})
    expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
    expect(await readFile(limits, 'utf8')).to.equal('600\n600\n')
  })

  it('takes no time limit that is none', async () => {
    for (const limit of ['0', '030', '1s', '-1', ''])
      expect(await run(['--base-url', release.url, '--timeout', limit]), limit).to.include({
        exitCode: 1,
        stderr:
          limit === ''
            ? 'install.sh: --timeout needs a value\n'
            : `install.sh: --timeout is a number of seconds, such as 30, and not ${limit}\n`,
      })
  })

  it('fails where a directory has the name of the program, and leaves nothing in it', async () => {
    const dir = join(release.home, '.local/bin')
    await mkdir(join(dir, 'ack-ram-tool'), {recursive: true})
    const {stdout, stderr, exitCode} = await run(['--from', release.files])
    expect({stdout, exitCode}).to.deep.equal({stdout: '', exitCode: 1})
    expect(stderr).to.equal(`install.sh: ${dir}/ack-ram-tool is a directory; move it away, or pass --dir\n`)
    expect(await readdir(dir, {recursive: true})).to.deep.equal(['ack-ram-tool'])
  })

  for (const [tool, message] of [
    ['tar', 'cannot unpack ack-ram-tool-'],
    ['mv', 'cannot replace '],
  ] as const)
    it(`leaves nothing behind, and what was there, when ${tool} fails`, async () => {
      const dir = join(release.home, 'bin')
      await mkdir(dir)
      await writeFile(join(dir, 'ack-ram-tool'), 'what was there')
      const real = spawnSync('sh', ['-c', `command -v ${tool}`], {encoding: 'utf8'}).stdout.trim()
      // As on a full disk, whatever of the file there is already.
      const fails = `[ ${tool} = mv ] || ${real} "$@"\necho "${tool}: No space left on device" >&2\nexit 2\n`
      const path = [await scripts({[tool]: fails}), process.env['PATH']].join(delimiter)
      const {stdout, stderr, exitCode} = await run(['--from', release.files, '--dir', dir], {env: {PATH: path}})
      expect({stdout, exitCode}).to.deep.equal({stdout: '', exitCode: 1})
      expect(stderr).to.contain('No space left on device').and.contain(`install.sh: ${message}`).and.contain('--dir')
      expect(await readdir(dir)).to.deep.equal(['ack-ram-tool'])
      expect(await readFile(join(dir, 'ack-ram-tool'), 'utf8')).to.equal('what was there')
    })

  it('follows no link that another user has laid beside the program', async () => {
    const dir = join(release.home, 'bin')
    const victim = join(release.home, 'victim')
    await mkdir(dir)
    await writeFile(victim, 'of somebody')
    for (const name of ['.ack-ram-tool.new', 'ack-ram-tool']) await symlink(victim, join(dir, name))
    const {stderr, exitCode} = await run(['--from', release.files, '--dir', dir])
    expect(exitCode, stderr).to.equal(0)
    expect(await readFile(victim, 'utf8')).to.equal('of somebody')
    await expectMode(join(dir, 'ack-ram-tool'), 0o755)
  })

  it('starts nothing where temporary files are, which may be noexec', async () => {
    const temp = join(release.home, 'temp')
    await mkdir(temp)
    const {stderr, exitCode} = await run(['--from', release.files], {env: {TMPDIR: temp, NOEXEC: temp}})
    expect({stderr, exitCode}).to.deep.equal({stderr: '', exitCode: 0})
    expect(await readdir(temp)).to.deep.equal([])
  })

  it('says what to do where nothing can be started in the directory', async () => {
    const dir = join(release.home, 'bin')
    const {stderr, exitCode} = await run(['--from', release.files, '--dir', dir], {env: {NOEXEC: dir}})
    expect(exitCode).to.equal(1)
    expect(stderr)
      .to.match(/^install\.sh: .*\n$/)
      .and.contain(`cannot be started in ${dir}; if that is mounted noexec, pass --dir`)
      .and.contain('Permission denied')
      .and.not.contain('libstdc++')
    expect(await installed()).to.deep.equal([])
  })

  it('advises the absolute path of a directory for PATH', async () => {
    const options = {cwd: release.home, env: {CDPATH: release.files}}
    for (const dir of ['bin', './bin/', relative(release.home, join(release.home, '../other bin'))]) {
      const {stdout, exitCode, stderr} = await run(['--from', release.files, '--dir', dir], options)
      expect(exitCode, stderr).to.equal(0)
      const absolute = join(release.home, dir).replace(/\/$/, '')
      expect(stdout).to.equal(
        `Installed ack-ram-tool/0.1.0 in ${absolute}/ack-ram-tool\nAdd ${absolute} to PATH, so that kubectl finds it.\n`,
      )
      const path = [absolute, process.env['PATH']].join(delimiter)
      const again = await run(['--from', release.files, '--dir', dir], {...options, env: {PATH: path}})
      expect(again.stdout).not.to.contain('Add ')
    }
  })

  it('keeps what was there when the new executable does not start', async () => {
    await run(['--from', release.files])
    const broken = await startRelease('#!/bin/sh\necho "libstdc++.so.6: not found" >&2\nexit 127\n')
    try {
      const {stderr, exitCode} = await run(['--from', broken.files])
      expect(exitCode).to.equal(1)
      expect(stderr).to.contain('does not start').and.contain('libstdc++.so.6: not found')
    } finally {
      await broken.close()
    }
    const program = join(release.home, '.local/bin/ack-ram-tool')
    expect((await runApart([program, '--version'], {})).stdout).to.contain('ack-ram-tool/0.1.0')
  })

  it('does nothing when it was cut off itself', async () => {
    const lines = (await readFile(INSTALL, 'utf8')).trimEnd().split('\n')
    const cut = join(release.home, 'cut.sh')
    await writeFile(cut, lines.slice(0, -1).join('\n'))
    const {stdout, stderr, exitCode} = await runApart(['sh', cut, '--from', release.files], {HOME: release.home})
    expect({stdout, stderr, exitCode}).to.deep.equal({stdout: '', stderr: '', exitCode: 0})
    expect(await installed()).to.deep.equal(['cut.sh'])
  })

  it('is what the description of the release makes', () => {
    const {status, stderr} = spawnSync(
      process.execPath,
      ['--import', 'tsx', 'scripts/release/generate.ts', '--check'],
      {
        cwd: ROOT,
        encoding: 'utf8',
      },
    )
    expect({status, stderr}).to.deep.equal({status: 0, stderr: ''})
  })
})

describe('the archives', () => {
  it('have for x86-64 what runs on a processor without AVX', () => {
    for (const {name, bun} of TARGETS.filter(({arch}) => arch === 'amd64')) expect(bun, name).to.match(/-baseline$/)
  })

  it('have the man pages beside the program, but for Windows', async () => {
    const release = await startRelease('#!/bin/sh\n')
    try {
      for (const target of TARGETS.filter(({os}) => os !== 'windows')) {
        const entries = new Map<string, number | undefined>()
        const onReadEntry = ({path, mode}: {path: string; mode?: number}): void => void entries.set(path, mode)
        await list({file: join(release.files, archiveOf(target)), onReadEntry})
        expect(entries.get('ack-ram-tool'), target.name).to.equal(0o755)
        expect(entries.get('man/ack-ram-tool.1'), target.name).to.equal(0o644)
        expect(entries.get('man/ack-ram-tool-credential-plugin-get-token.1'), target.name).to.equal(0o644)
      }
    } finally {
      await release.close()
    }
  })

  it('and all other files of a release have their sums', async () => {
    const {home, close} = await startRelease('#!/bin/sh\n')
    try {
      const name = await makeManagersArchive(new Map([['krew/ack-ram-tool.yaml', 'kind: Plugin\n']]), home)
      const files = ['install.sh', name]
      await writeFile(join(home, 'install.sh'), '#!/bin/sh\n')
      // What it said before does not matter.
      for (const _ of ['once', 'again'])
        expect(await writeSums(home)).to.equal(
          (await Promise.all(files.map(async (file) => `${await sumOf(join(home, file))}  ${file}\n`))).join(''),
        )
      expect(await readFile(join(home, 'SHA256SUMS'), 'utf8')).to.contain('  package-managers.tar.gz\n')
    } finally {
      await close()
    }
  })

  it('of package managers has their files by their paths, with the modes of texts', async () => {
    const {home, close} = await startRelease('#!/bin/sh\n')
    try {
      const contents = new Map(['homebrew/ack-ram-tool.rb', 'winget/a.yaml'].map((path) => [path, path]))
      const archive = join(home, await makeManagersArchive(contents, home))
      const entries: (readonly [string, number | undefined])[] = []
      await list({file: archive, onReadEntry: ({path, mode}) => void entries.push([path, mode])})
      expect(entries).to.deep.equal([...contents.keys()].map((path) => [path, 0o644]))
      const first = await sumOf(archive)
      await makeManagersArchive(contents, home)
      expect(await sumOf(archive)).to.equal(first)
    } finally {
      await close()
    }
  })

  it('are the same, whenever they are made, and with whatever umask', async () => {
    const first = await startRelease('#!/bin/sh\n')
    try {
      const program = join(first.home, 'program')
      await writeFile(program, '#!/bin/sh\n', {mode: 0o700})
      for (const target of TARGETS) {
        const name = await makeArchive(target, program, first.home)
        expect(await sumOf(join(first.files, name)), name).to.equal(await sumOf(join(first.home, name)))
      }
    } finally {
      await first.close()
    }
  })
})
