/**
 * Tries all that the tests of faults or of crowds can try, and prints how much that was: `faults` or `crowds` as the only
 * argument.
 */
import {spawnSync} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

const TESTS: Readonly<Record<string, readonly string[]>> = {
  faults: [
    'test/cli/faults/files.test.ts',
    'test/cli/faults/network.test.ts',
    'test/cli/kubeconfig-file-systems.test.ts',
    'test/cli/pipes-as-files.test.ts',
    'test/cli/surroundings.test.ts',
    'test/cli/no-home.test.ts',
    'test/cli/sts-failures.test.ts',
  ],
  crowds: [
    'test/cli/faults/crowds.test.ts',
    'test/cli/credential-cache.test.ts',
    'test/cli/kubectl-kubeconfig.test.ts',
    'test/cli/rrsa-associate.test.ts',
    'test/lib/cache/processes.test.ts',
  ],
}

const [, , what = ''] = process.argv
const tests = TESTS[what]
if (tests === undefined) throw new Error(`usage: prove.ts ${Object.keys(TESTS).join('|')}`)

const dir = mkdtempSync(join(tmpdir(), 'ack-ram-tool-prove-'))
const figures = join(dir, 'figures')
const mocha = ['mocha', '--no-package', '--node-option=import=tsx/esm', '--exit', '--timeout=1200000', ...tests]
const {status} = spawnSync('npx', mocha, {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  env: {...process.env, ACK_RAM_TOOL_TEST_ROUNDS: 'all', ACK_RAM_TOOL_TEST_FIGURES: figures},
  stdio: 'inherit',
})

const sums = new Map<string, number>()
for (const line of readFileSync(figures, 'utf8').trim().split('\n')) {
  const {kind, count} = JSON.parse(line) as {readonly kind: string; readonly count: number}
  sums.set(kind, (sums.get(kind) ?? 0) + count)
}
rmSync(dir, {recursive: true, force: true})
const total = [...sums.values()].reduce((sum, count) => sum + count, 0)
for (const [kind, count] of sums) process.stdout.write(`${String(count).padStart(6)}  ${kind}\n`)
process.stdout.write(
  `${String(total).padStart(6)}  in all; ${status === 0 ? 'every promise held' : 'NOT every promise held: see above'}\n`,
)
process.exitCode = status ?? 1
