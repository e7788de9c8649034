/** The position of a value in a text. Positions are offsets in characters; an end is exclusive. */
export interface YamlNode {
  readonly kind: 'map' | 'list' | 'scalar' | 'alias'
  /** Whether it is a map or list in block style: by indentation, not brackets. */
  readonly isBlock: boolean
  readonly start: number
  /** The end of its last character, without the comments and line ends after it. */
  readonly end: number
  /** The values of a block, without those that `<<` merges in. */
  readonly slots: readonly YamlSlot[]
}

/** One value in a map or list. */
export interface YamlSlot {
  /** Empty for the item of a list. */
  readonly key: string
  /** The start of the key, or of the `-` of an item. */
  readonly start: number
  /** The end of the `:` or `-` that introduces the value. */
  readonly indicatorEnd: number
  readonly node: YamlNode
}

/** A parsed text with one YAML document. */
export interface YamlText {
  /** Undefined for a text without a value: empty, or comments only. */
  readonly root: YamlNode | undefined
  /** Parsed as YAML 1.1, like kubectl's parser: merge keys and aliases resolved, integers as bigint. */
  readonly value: unknown
  readonly hasAliases: boolean
  readonly commentsIn: (start: number, end: number) => readonly string[]
}

/** Why a text is invalid, without quoting it. */
export interface TextFault {
  readonly offset: number
  readonly cause: string
}

/** The functions of the YAML library that are used here. */
export interface Yaml {
  /** Never throws: the library's errors may quote the text. */
  readonly parse: (text: string) => YamlText | TextFault
  /** A document with all its scalars as text; undefined for invalid YAML. */
  readonly parseTexts: (text: string) => unknown
  /** A value in block style, with a final line end. Text that YAML 1.1 or Go could take for another type is quoted. */
  readonly format: (value: unknown, areListsIndented: boolean) => string
  /** The whole text in the library's layout, with the new value. Comments stay. */
  readonly rewrite: (text: string, before: unknown, after: unknown, areListsIndented: boolean) => string
}
