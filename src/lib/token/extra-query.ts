import type {Environment} from '../base/runtime.ts'
import {compareBytes, type Parameters} from '../signing/percent-encode.ts'

/** Holds a prefix; every environment variable with that prefix becomes a signed query key of the token. */
const PREFIX_VARIABLE = 'ACK_RAM_TOOL_TOKEN_EXTRA_KEY_PREFIX'

/**
 * The extra query keys of a token, for authenticators that accept them: with the prefix `P`, a variable
 * `P<NAME>=<value>` gives `lower(<NAME>)=<value>`. Empty values are skipped.
 */
export const extraQuery = (env: Environment): Parameters => {
  const prefix = env[PREFIX_VARIABLE]
  if (!prefix) return new Map()
  return new Map(
    Object.entries(env)
      .filter(
        (entry): entry is [string, string] => entry[0].startsWith(prefix) && entry[0] !== prefix && Boolean(entry[1]),
      )
      .toSorted(([a], [b]) => compareBytes(a, b))
      .map(([name, value]) => [name.slice(prefix.length).toLowerCase(), value]),
  )
}
