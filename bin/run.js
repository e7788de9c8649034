#!/usr/bin/env node
import {keepOwnDebugWords} from '../dist/lib/debug-words.js'

// oxlint-disable-next-line node/no-process-env -- before anything else that reads it
keepOwnDebugWords(process.env)
const {main} = await import('../dist/run.js')
await main(process.argv.slice(2), import.meta.url)
