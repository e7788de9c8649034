import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'

import type {CacheSettings} from '../../../src/lib/cache/slot.ts'
import {serviceClock} from '../../../src/lib/cache/service-clock.ts'
import {cacheKey} from '../../../src/lib/cache/cache-key.ts'
import {cachedSource} from '../../../src/lib/credentials/selection/cached-source.ts'
import type {Credentials, CredentialSource} from '../../../src/lib/credentials/credentials.ts'
import {Secret} from '../../../src/lib/base/secret.ts'
import {makeHome, type TestHome} from '../../support/home.ts'
import {freshNonce, recordingLog, testRuntime} from '../../support/runtime.ts'
import type {Identity} from '../../../src/lib/cache/identity.ts'

export const MINUTE = 60_000

export const IDENTITY: Identity = [
  ['kind', 'AssumeRole'],
  ['role', 'acs:ram::1:role/admin'],
]

/** A source that counts how often it was asked. */
export type CountingSource = CredentialSource & {loads: number}

export const countingSource = (
  load: (count: number, signal: AbortSignal | undefined) => Promise<Credentials> | Credentials,
  identity: Identity = IDENTITY,
): CountingSource => {
  const source: CountingSource = {
    description: 'role admin',
    identity,
    namesCaller: true,
    isCacheable: true,
    atHand: () => undefined,
    loads: 0,
    load: async (signal) => {
      source.loads += 1
      return load(source.loads, signal)
    },
  }
  return source
}

export const credentials = (id: string, expiration?: Date): Credentials => ({
  accessKeyId: id,
  accessKeySecret: new Secret(`SECRET-key-${id}`),
  securityToken: new Secret(`SECRET-token-${id}`),
  ...(expiration ? {expiration} : {}),
})

/** What stands in a file of the cache. */
export interface Entry {
  readonly identity: Identity
  readonly value: Readonly<Record<string, unknown>>
}

/** A cache in a directory of its own, under a clock that the test moves. */
export interface World {
  now: Date
  readonly home: TestHome
  readonly dir: string
  readonly lines: readonly string[]
  /** The key of {@link IDENTITY}, and the paths of its entry and lock. */
  readonly key: string
  readonly entry: string
  readonly lock: string
  settings(): CacheSettings
  passed(ms: number): void
  /** Credentials that end so many minutes from now. */
  lasting(minutes: number, id?: string): Credentials
  cached(source: CredentialSource, settings?: Partial<CacheSettings>): CredentialSource
  /** The AccessKey id of what the cache gives. */
  idOf(source: CredentialSource, settings?: Partial<CacheSettings>): Promise<string>
  /** Fills the cache with credentials that last an hour. */
  fill(id?: string): Promise<void>
  readEntry(): Promise<Entry>
  /** A lock as a process leaves it; gives the path of its only file. */
  plantLock(content: string | object, token?: string): Promise<string>
  /** The names in the cache's directory. */
  files(): Promise<readonly string[]>
}

export const makeWorld = async (): Promise<World> => {
  const home = await makeHome()
  const log = recordingLog()
  const dir = join(home.dir, 'cache')
  const world: World = {
    home,
    dir,
    // What was decided is a test of its own.
    get lines() {
      return log.lines.filter((line) => !/^debug: cache: (getting new|wrote) /.test(line))
    },
    now: new Date('2026-01-02T03:04:05.678Z'),
    key: cacheKey('credentials', IDENTITY),
    entry: join(dir, `${cacheKey('credentials', IDENTITY)}.json`),
    lock: join(dir, `${cacheKey('credentials', IDENTITY)}.lock`),
    settings: (): CacheSettings => ({
      dir,
      log,
      minRemainingMs: 15 * MINUTE,
      lockWaitMs: 5000,
      startedAt: world.now,
      clock: serviceClock({now: () => world.now}),
      runtime: testRuntime({
        now: () => world.now,
        nonce: freshNonce,
      }),
    }),
    passed: (ms) => {
      world.now = new Date(world.now.getTime() + ms)
    },
    lasting: (minutes, id = 'STS.a') => credentials(id, new Date(world.now.getTime() + minutes * MINUTE)),
    cached: (source, settings = {}) => cachedSource(source, {...world.settings(), ...settings}),
    idOf: async (source, settings = {}) => (await world.cached(source, settings).load()).accessKeyId,
    fill: async (id = 'STS.kept') => {
      await world.idOf(countingSource(() => world.lasting(60, id)))
    },
    readEntry: async () => JSON.parse(await readFile(world.entry, 'utf8')) as Entry,
    plantLock: async (content, token = 'f'.repeat(32)) => {
      await mkdir(world.lock, {recursive: true, mode: 0o700})
      const path = join(world.lock, token)
      await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content), {mode: 0o600})
      return path
    },
    files: async () => (await readdir(dir)).toSorted(),
  }
  return world
}

export const isRoot = process.getuid?.() === 0
export const NOBODY = 65_534

/** A promise, and what resolves it. */
export const deferred = <T>(): {promise: Promise<T>; resolve: (value: T) => void} => {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return {promise, resolve}
}
