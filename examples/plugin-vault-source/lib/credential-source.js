import {createHash} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import {homedir} from 'node:os'
import {join} from 'node:path'

/**
 * Answers for profiles of the mode `Vault`:
 *
 *     {"name": "production", "mode": "Vault", "vault_address": "https://vault.example.com", "vault_role": "kubernetes"}
 *
 * @type {import('ack-ram-tool').CredentialSourceHook}
 * @see https://developer.hashicorp.com/vault/api-docs/secret/alicloud#generate-credentials
 */
const credentialSource = async ({request}) => {
  const {kind, profile} = request
  if (kind !== 'Vault' || !profile) return undefined
  const address = required(profile, 'vault_address').replace(/\/+$/, '')
  const role = required(profile, 'vault_role')
  const token = await vaultToken()
  return {
    description: `role ${role} of ${address}`,
    // Who logs in with another token may be somebody else: of the token itself only this trace is kept.
    identity: {address, role, login: createHash('sha256').update(token).digest('hex').slice(0, 32)},
    load: ({signal}) => readCredentials(`${address}/v1/alicloud/creds/${encodeURIComponent(role)}`, token, signal),
  }
}

export default credentialSource

/**
 * @param {string} url
 * @param {string} token
 * @param {AbortSignal} signal
 * @returns {Promise<import('ack-ram-tool').OfferedCredentials>}
 */
const readCredentials = async (url, token, signal) => {
  const reply = await fetch(url, {headers: {'X-Vault-Token': token}, signal, redirect: 'error'}).catch((error) => {
    // What fetch says itself names no cause.
    throw failure(`Vault cannot be reached (${error.cause?.code ?? error.name})`, `check ${new URL(url).origin}`)
  })
  // The body of a refusal may quote what was sent.
  if (!reply.ok) throw failure(`Vault answers with HTTP ${reply.status}`, NEXT_STEPS[reply.status] ?? "see Vault's log")
  const {data} = /** @type {{data: Record<string, string>}} */ (await reply.json())
  return {
    accessKeyId: data.access_key ?? '',
    accessKeySecret: data.secret_key ?? '',
    securityToken: data.security_token ?? '',
    expiration: data.expiration ?? '',
  }
}

/** @type {Readonly<Record<number, string>>} */
const NEXT_STEPS = {403: 'log in with `vault login` as somebody who may use this role', 404: 'check vault_role'}

/**
 * @param {string} message
 * @param {string} nextStep what the user can do about it
 */
const failure = (message, nextStep) => Object.assign(new Error(message), {nextStep})

const vaultToken = async () => {
  if (process.env.VAULT_TOKEN) return process.env.VAULT_TOKEN
  try {
    return (await readFile(join(homedir(), '.vault-token'), 'utf8')).trim()
  } catch {
    throw failure('there is no Vault token', 'run `vault login`, or set VAULT_TOKEN')
  }
}

/**
 * @param {NonNullable<import('ack-ram-tool').CredentialRequest['profile']>} profile
 * @param {string} name
 */
const required = (profile, name) => {
  const value = profile.field(name)
  if (value === '') throw failure(`profile ${JSON.stringify(profile.name)} has no ${name}`, `add it to ${profile.file}`)
  return value
}
