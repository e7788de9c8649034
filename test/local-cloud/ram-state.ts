/** A role as the local RAM keeps it. */
export type StoredRole = {
  readonly name: string
  readonly id: string
  readonly description: string
  /** As it was sent. */
  trustPolicy: string
}

/** A policy, with the texts of its versions; the last one is the default. */
export type StoredPolicy = {readonly name: string; readonly type: 'System' | 'Custom'; readonly versions: string[]}

export type StoredUser = {readonly id: string; readonly name: string; readonly displayName?: string}

export type StoredProvider = {readonly issuer: string; readonly clientIds: readonly string[]}

/** What the local RAM knows of one account; tests read and change it. */
export type RamState = {
  readonly accountId: string
  readonly roles: Map<string, StoredRole>
  /** By `<type>/<name>`. */
  readonly policies: Map<string, StoredPolicy>
  /** `<type>/<name>` of what is attached, by role. */
  readonly attached: Map<string, Set<string>>
  readonly users: StoredUser[]
  readonly providers: Map<string, StoredProvider>
  /** The longest trust policy, in characters. */
  maxTrustPolicy: number
  /** No page of a list is longer. */
  pageSize: number
}

export const createRamState = (accountId: string): RamState => ({
  accountId,
  roles: new Map(),
  policies: new Map(),
  attached: new Map(),
  users: [],
  providers: new Map(),
  maxTrustPolicy: 2048,
  pageSize: 1000,
})

/** Adds a role, as the console would. */
export const addRole = (state: RamState, name: string, trustPolicy: string | object, description = ''): StoredRole => {
  const role = {
    name,
    id: `30${String(state.roles.size + 1).padStart(16, '0')}`,
    description,
    trustPolicy: typeof trustPolicy === 'string' ? trustPolicy : JSON.stringify(trustPolicy),
  }
  state.roles.set(name, role)
  return role
}

/** Adds a policy, as the console would. */
export const addPolicy = (state: RamState, type: StoredPolicy['type'], name: string, document: object = {}): void => {
  state.policies.set(`${type}/${name}`, {name, type, versions: [JSON.stringify(document)]})
}
