import type {CredentialSource} from './credentials.ts'

/** Where credentials come from, as data: a text that does not apply is null. */
export interface CredentialOrigin {
  /** In words. */
  readonly source: string
  /** The mode of a profile, or another name of the kind. */
  readonly kind: string
  readonly profile: string | null
  readonly file: string | null
  /** The environment variables that were used. */
  readonly variables: readonly string[]
}

/** The origin of a source, without a secret: what its description and its identity say. */
export const originOf = ({description, identity}: CredentialSource): CredentialOrigin => {
  const fact = (name: string): string | null => identity.find(([key]) => key === name)?.[1] ?? null
  // The identity names no variables: two that name the same caller are the same source.
  const variables = /of the environment \(([A-Z0-9_, ]+)\)/.exec(description)?.[1] ?? ''
  return {
    source: description,
    kind: fact('kind') ?? '',
    profile: fact('profile'),
    file: fact('file'),
    variables: variables.split(', ').filter(Boolean),
  }
}
