/** What an account is: the root user, a RAM user or a RAM role; unknown for an ID of another form. */
export type AccountType = 'Root' | 'RamUser' | 'RamRole' | 'unknown'

/** IDs are text everywhere: they have more digits than a number can hold exactly. */
const USER_ID = /^[1-9]\d{0,63}$/
/** What the Container Service issues certificates for: `<ID>`, or `<ID>-<time>`. */
const SUBJECT = /^([1-9]\d{0,63})(?:-\d+)?$/

/** Whether a text is the ID of an account: digits, above 0. */
export const isUserId = (text: string): boolean => USER_ID.test(text)

/** The ID of the account that the name of a subject stands for; undefined for a name of another form. */
export const userIdOfSubject = (name: string): string | undefined => SUBJECT.exec(name)?.[1]

const TYPES: Readonly<Record<string, AccountType>> = {'1': 'Root', '2': 'RamUser', '3': 'RamRole', '5': 'Root'}

/** The kind of an account that nobody lists, by the first digit of its ID. */
export const typeByDigit = (userId: string): AccountType => TYPES[userId[0] ?? ''] ?? 'unknown'
