import type {CredentialSource} from './credentials.ts'

/** Where credentials come from, as data: a text that does not apply is null. */
export interface CredentialOrigin {
  /** In words. */
  readonly source: string
  /** The mode of a profile, or another name of the kind. */
  readonly kind: string
  readonly profile: string | null
  readonly file: string | null
  /** The environment variables that hold or name the credentials. */
  readonly variables: readonly string[]
}

/** The origin of a source, without a secret. */
export const originOf = ({description, identity, variables = []}: CredentialSource): CredentialOrigin => {
  const fact = (name: string): string | null => identity.find(([key]) => key === name)?.[1] ?? null
  return {
    source: description,
    kind: fact('kind') ?? '',
    profile: fact('profile'),
    file: fact('file'),
    variables,
  }
}
