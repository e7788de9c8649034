import type * as Fs from 'node:fs'
import type * as Vm from 'node:vm'

/**
 * Node's modules, by the names that every Node knows: one before 14.18 has no `node:`, and must get as far as being told
 * that it is too old. They are had by `require`, whose object can be handed on to what is loaded.
 */
export const fs = require('fs') as typeof Fs
export const vm = require('vm') as typeof Vm
