/**
 * Runs one command many times at once: a job as JSON on stdin, the results as JSON on stdout.
 */
const {spawn} = require('node:child_process')
const {readFileSync} = require('node:fs')

const {count, program, args, env} = JSON.parse(readFileSync(0, 'utf8'))

const run = () =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, {env, stdio: ['ignore', 'pipe', 'pipe']})
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
    child.once('error', reject)
    child.once('close', (exitCode) => resolve({stdout, stderr, exitCode}))
  })

void Promise.all(Array.from({length: count}, run)).then((results) => process.stdout.write(JSON.stringify(results)))
