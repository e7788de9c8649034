import type * as Fs from 'node:fs'
import type * as Vm from 'node:vm'

/**
 * Node's modules, by the names that every Node knows: one before 14.18 has no `node:`, and must get as far as being told
 * that it is too old. It has no `getBuiltinModule` either, which is quicker than `require`. Their objects can be handed on
 * to what is loaded.
 */
const load = (name: string): unknown => process.getBuiltinModule?.(name) ?? require(name)

export const fs = load('fs') as typeof Fs
export const vm = load('vm') as typeof Vm
