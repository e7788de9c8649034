import type {Environment} from './runtime.ts'

/** An environment that is the process's own. */
export type MutableEnvironment = Record<string, string | undefined>

/** Variables as the user gave them, by name. */
export type HiddenVariables = Readonly<Record<string, string>>

/** Of each environment; made when something is hidden: most runs hide nothing. */
let hidden: WeakMap<Environment, HiddenVariables> | undefined

/**
 * Sets a variable for this process alone, or removes it: {@link givenEnvironment} has it as the user gave it.
 *
 * @param env - the process's own environment, which is changed
 */
export const hideVariable = (env: MutableEnvironment, name: string, replacement?: string): void => {
  const given = env[name]
  if (given === undefined) return
  rememberHidden(env, {[name]: given})
  if (replacement === undefined) delete env[name]
  else env[name] = replacement
}

/** What was hidden of an environment. */
export const hiddenVariables = (env: Environment): HiddenVariables => hidden?.get(env) ?? {}

/** Takes over what another bundle has hidden. What was known before stays: it was hidden first. */
export const rememberHidden = (env: Environment, variables: HiddenVariables): void => {
  hidden ??= new WeakMap()
  hidden.set(env, {...variables, ...hiddenVariables(env)})
}

/** The environment for programs of the user, as it was given. */
export const givenEnvironment = (env: Environment): Environment => ({...env, ...hiddenVariables(env)})
