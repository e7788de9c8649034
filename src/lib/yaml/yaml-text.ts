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

/** A parsed text. */
export interface YamlText {
  /** Undefined for a text without a value: empty, or comments only. */
  readonly root: YamlNode | undefined
  /** As kubectl's parser reads it: YAML 1.1, merge keys and aliases resolved, the last of equal keys; integers as bigint. */
  readonly value: unknown
  /** The end of the document, which is the first one of the text: kubectl does not read what follows. */
  readonly end: number
  /** Every value that is not a map or list, also those that another one of the same key replaces. */
  readonly scalars: () => readonly YamlScalar[]
  /** The comments in a part of the text, from the `#` to the end of the line. */
  readonly comments: (start: number, end: number) => readonly {readonly start: number; readonly text: string}[]
}

/** The keys of maps and indexes of lists that lead to a value. */
export type YamlPath = readonly (string | number)[]

/** A value in the text, as often as aliases lead to it. */
export interface YamlScalar {
  readonly path: YamlPath
  readonly value: unknown
  /** Where it is written: with its quotation marks, without its anchor. */
  readonly start: number
  readonly end: number
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
  /** A small document with all its scalars as text; undefined for invalid YAML and for a large one. */
  readonly parseTexts: (text: string) => unknown
  /** A value in block style, with a final line end. Text that YAML 1.1 or Go could take for another type is quoted. */
  readonly format: (value: unknown, areListsIndented: boolean) => string
  /** The document in the library's layout, with the new value; throws if it cannot. Comments stay, and what follows it. */
  readonly rewrite: (text: string, before: unknown, after: unknown, areListsIndented: boolean) => string
}
