import type {TextChange} from './plan.ts'

/** A change of a text as a unified diff, with a final newline. */
export const unifiedDiff = async ({name, before, after}: TextChange): Promise<string> => {
  const {createTwoFilesPatch, FILE_HEADERS_ONLY} = await import('diff')
  const lines = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`)
  return createTwoFilesPatch(name, name, lines(before), lines(after), before === '' ? 'none' : 'current', 'planned', {
    headerOptions: FILE_HEADERS_ONLY,
  })
}
