import type {ExecInfo} from '../exec/exec-info.ts'
import {TOKEN_OPTIONS} from './exec-definitions.ts'
import {readExecOptions, type ExecOptions} from './exec-options.ts'
import {readBoolean, readText, type OptionInputs} from './read-option.ts'

export type TokenVersion = 'v1' | 'v2'

/** The options of get-token, read and checked. */
export interface TokenOptions extends ExecOptions {
  readonly tokenVersion: TokenVersion
  readonly tokenOnly: boolean
}

/**
 * Reads the options of get-token.
 *
 * @throws AckError `ClusterIdMissing`, `InvalidOption`
 */
export const readTokenOptions = (inputs: OptionInputs, execInfo: ExecInfo | undefined): TokenOptions => ({
  ...readExecOptions(inputs, execInfo),
  tokenVersion: readText('token-version', TOKEN_OPTIONS['token-version'], inputs)?.value as TokenVersion,
  // kubectl cannot read a bare token: for it a variable or a defaults file asks for none.
  tokenOnly: readBoolean(
    'token-only',
    TOKEN_OPTIONS['token-only'],
    execInfo ? {...inputs, env: {}, defaults: {}} : inputs,
  ),
})
