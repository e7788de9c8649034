import assert from 'node:assert/strict'
import {after, before, test} from 'node:test'

import credentialSource from '../lib/credential-source.js'
import {startVault} from './vault-server.js'

const CREDENTIALS = {
  access_key: 'STS.vault',
  secret_key: 'SECRET-of-vault',
  security_token: 'SECRET-token-of-vault',
  expiration: '2099-01-01T00:00:00Z',
}

/** @type {Awaited<ReturnType<typeof startVault>>} */
let vault

before(async () => {
  vault = await startVault({token: 'hvs.SECRET', role: 'kubernetes', credentials: CREDENTIALS})
  process.env.VAULT_TOKEN = 'hvs.SECRET'
})
after(() => vault.close())

const limits = {signal: new AbortController().signal, deadline: new Date(Date.now() + 10_000)}

/** @param {Record<string, string>} fields */
const ask = (fields, kind = 'Vault') => {
  const all = /** @type {Record<string, string>} */ ({
    vault_address: vault.address,
    vault_role: 'kubernetes',
    ...fields,
  })
  const profile = {name: 'p', file: 'config.json', field: (/** @type {string} */ name) => all[name] ?? ''}
  return credentialSource({request: {kind, profile, regionId: 'cn-hangzhou', isInteractive: false}, ...limits})
}

test('gives the credentials of the role', async () => {
  const offer = await ask({})
  assert.deepEqual(await offer?.load(limits), {
    accessKeyId: 'STS.vault',
    accessKeySecret: 'SECRET-of-vault',
    securityToken: 'SECRET-token-of-vault',
    expiration: '2099-01-01T00:00:00Z',
  })
})

test('asks nobody before that, and leaves other modes alone', async () => {
  const calls = vault.calls()
  assert.equal(await ask({}, 'AK'), undefined)
  await ask({})
  assert.equal(vault.calls(), calls)
})

test('tells logins apart without keeping the token', async () => {
  const one = await ask({})
  process.env.VAULT_TOKEN = 'hvs.SECRET-other'
  const other = await ask({})
  process.env.VAULT_TOKEN = 'hvs.SECRET'
  assert.notDeepEqual(one?.identity, other?.identity)
  assert.ok(!JSON.stringify([one, other]).includes('SECRET'))
})

test('says what is wrong', async () => {
  await assert.rejects(ask({vault_role: ''}), /profile "p" has no vault_role/)
  await assert.rejects((await ask({vault_role: 'gone'}))?.load(limits) ?? Promise.resolve(), /HTTP 404/)
  await assert.rejects(
    (await ask({vault_address: 'http://127.0.0.1:1'}))?.load(limits) ?? Promise.resolve(),
    /cannot be reached/,
  )
})
