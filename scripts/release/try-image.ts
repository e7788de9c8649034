/**
 * Tries the Dockerfile by its own steps, without Docker: COPY, USER, ENV, WORKDIR and ENTRYPOINT are carried out in a root
 * that has only what the base image has of libraries (glibc), and the executable is started there as that user, read-only.
 * It needs Linux, root, and release/image, which `npm run release` lays.
 */
import {execFileSync} from 'node:child_process'
import {chmod, copyFile, mkdir, mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'

import {runProcess} from '../../test/support/run-process.ts'
import {ROOT} from './release.ts'

/** Of Debian's libc6, which is all that the base image has besides certificates and time zones. */
const LIBRARIES = /\/(?:lib(?:c|m|dl|pthread|rt|resolv)\.so\.\d+|ld-linux-[\w-]+\.so\.\d+)$/

if (process.platform === 'linux' && process.getuid?.() === 0) await tryImage()
else console.log('the image is not tried: that needs Linux and root')

async function tryImage(): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'ack-ram-tool-image-'))
  await chmod(root, 0o755)
  try {
    const arch = process.arch === 'x64' ? 'amd64' : 'arm64'
    let [user, workdir] = ['0:0', '/']
    let entrypoint: readonly string[] = []
    const env: Record<string, string> = {PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'}
    for (const line of (await readFile(join(ROOT, 'Dockerfile'), 'utf8')).split('\n')) {
      const [instruction, ...words] = line.split(' ')
      switch (instruction) {
        case undefined:
        case '':
        case '#':
        case 'ARG':
          break
        case 'FROM':
          for (const dir of ['tmp', 'home/nonroot', 'proc', 'dev']) await mkdir(join(root, dir), {recursive: true})
          break
        case 'COPY': {
          const [source = '', target = ''] = words.filter((word) => !word.startsWith('--'))
          const [, mode = '644'] = /--chmod=(\d+)/.exec(line) ?? []
          const from = join(ROOT, source.replace('${TARGETARCH}', arch))
          await mkdir(dirname(join(root, target)), {recursive: true})
          await copyFile(from, join(root, target))
          await chmod(join(root, target), Number.parseInt(mode, 8))
          await copyLibraries(from, root)
          break
        }
        case 'USER':
          user = words[0] ?? user
          break
        case 'WORKDIR':
          workdir = words[0] ?? workdir
          break
        case 'ENV': {
          const [name = '', value = ''] = words.join(' ').split('=')
          env[name] = value
          break
        }
        case 'ENTRYPOINT':
          entrypoint = JSON.parse(words.join(' ')) as string[]
          break
        default:
          throw new Error(`the Dockerfile has a step that is not tried: ${line}`)
      }
    }
    const started = async (...args: readonly string[]): ReturnType<typeof runProcess> => {
      const script = `mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && mount -t proc proc "$1/proc" &&
  mount --rbind /dev "$1/dev" && cd "$1" && shift && exec chroot --userspec=${user} . "$@"`
      return runProcess(['unshare', '--mount', 'sh', '-c', script, 'sh', root, ...entrypoint, ...args], env)
    }
    const version = await started('--version')
    check(version.exitCode === 0 && version.stdout.startsWith('ack-ram-tool/'), version)
    Object.assign(env, {ALIBABA_CLOUD_ACCESS_KEY_ID: 'LTAI-image', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'no-secret'})
    const token = await started('credential-plugin', 'get-token', '--cluster-id', 'c1')
    check(token.exitCode === 0 && token.stderr === '' && token.stdout.includes('k8s-ack-v2.'), token)
    console.log(`the image starts as ${user} in ${workdir}, read-only: ${version.stdout.trim()}`)
  } finally {
    await rm(root, {recursive: true, force: true})
  }
}

/** Fails for a library that the base image does not have. */
async function copyLibraries(executable: string, root: string): Promise<void> {
  const said = execFileSync('ldd', [executable], {encoding: 'utf8'})
  for (const [, path = ''] of said.matchAll(/(\/\S+) \(0x/g)) {
    if (!LIBRARIES.test(path)) throw new Error(`the executable needs ${path}, which is not in the base image`)
    await mkdir(dirname(join(root, path)), {recursive: true})
    await copyFile(path, join(root, path))
  }
}

function check(isSo: boolean, {exitCode, stdout, stderr}: Awaited<ReturnType<typeof runProcess>>): void {
  if (!isSo) throw new Error(`exit code ${String(exitCode)}: ${stdout}${stderr}`)
}
