import {
  credentialsOf as checked,
  isFault,
  type Credentials,
  type PlainCredentials,
} from '../../src/lib/credentials/credentials.ts'

/** Credentials of values that are good. */
export const credentialsOf = (values: PlainCredentials): Credentials => {
  const credentials = checked(values)
  if (isFault(credentials)) throw new Error(`the ${credentials.field} ${credentials.complaint}`)
  return credentials
}
