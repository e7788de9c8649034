/** Where a value stands in a text. Positions are offsets in characters; an end is the first one that is not meant. */
export interface YamlNode {
  readonly kind: 'map' | 'list' | 'scalar' | 'alias'
  /** Whether it is a map or list in block style: lines and indentation, no brackets. */
  readonly isBlock: boolean
  readonly start: number
  /** The end of its last character; comments and line ends behind it do not count. */
  readonly end: number
  /** Of a block: its values. What `<<` merges in is not among them. */
  readonly slots: readonly YamlSlot[]
}

/** The place of one value in a map or list. */
export interface YamlSlot {
  /** Of a list's item: empty. */
  readonly key: string
  /** Where the key, or the `-` of an item, begins. */
  readonly start: number
  /** The end of the `:` or `-` that introduces the value. */
  readonly indicatorEnd: number
  readonly node: YamlNode
}

/** A text that is YAML, and one document. */
export interface YamlText {
  /** Undefined for a text without any value: comments at most. */
  readonly root: YamlNode | undefined
  /** As YAML 1.1, the version of kubectl's parser: merge keys and aliases resolved, integers as bigint. */
  readonly value: unknown
  readonly hasAliases: boolean
  readonly commentsIn: (start: number, end: number) => readonly string[]
}

/** Why a text cannot be used, in words that quote nothing of it. */
export interface TextFault {
  readonly offset: number
  readonly cause: string
}

/** What we need of a YAML library. */
export interface Yaml {
  /** Never throws: what the library throws may quote the text. */
  readonly parse: (text: string) => YamlText | TextFault
  /** A document with all its scalars as text; undefined for what is not YAML. */
  readonly parseTexts: (text: string) => unknown
  /** A value in block style, ended by a line end. What YAML 1.1 or Go could take for anything but text is quoted. */
  readonly format: (value: unknown, areListsIndented: boolean) => string
  /** The whole text as the library writes it, with what differs between two values changed. Comments survive. */
  readonly rewrite: (text: string, before: unknown, after: unknown, areListsIndented: boolean) => string
}
