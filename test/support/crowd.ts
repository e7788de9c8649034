/** Runs one command many times at once: a {@link Crowd} as JSON on stdin, the results as JSON on stdout. */
import {text} from 'node:stream/consumers'

import type {Crowd} from './run-cli.ts'
import {runProcess} from './run-process.ts'

const {count, command, env} = JSON.parse(await text(process.stdin)) as Crowd
const results = await Promise.all(Array.from({length: count}, () => runProcess(command, env)))
process.stdout.write(JSON.stringify(results))
