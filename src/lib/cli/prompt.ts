import {AckError} from '../base/errors.ts'

/**
 * Asks a person for a line of text, on stderr.
 *
 * @throws AckError `Cancelled` when they press Ctrl-C
 */
export const askText = (message: string): Promise<string> =>
  ask({
    type: 'input',
    message,
    validate: (answer: string) => answer.trim() !== '' || 'an answer is needed (Ctrl-C to leave)',
    filter: (answer: string) => answer.trim(),
  })

/**
 * Asks a person to choose one of several names, on stderr.
 *
 * @throws AckError `Cancelled` when they press Ctrl-C
 */
export const askChoice = (message: string, names: readonly string[]): Promise<string> =>
  ask({type: 'select', message, choices: names.map((name) => ({name, value: name}))})

/**
 * Asks a person a question of yes or no, on stderr; no is the answer of those who only press Enter.
 *
 * @throws AckError `Cancelled` when they press Ctrl-C
 */
export const askYesNo = (message: string): Promise<boolean> => ask({type: 'confirm', message, default: false})

type Question =
  | {type: 'input'; message: string; validate: (answer: string) => string | boolean; filter: (answer: string) => string}
  | {type: 'confirm'; message: string; default: boolean}
  | {type: 'select'; message: string; choices: {name: string; value: string}[]}

const ask = async <T extends string | boolean>(question: Question): Promise<T> => {
  const {default: inquirer} = await import('inquirer')
  // stdout belongs to the answer that kubectl reads.
  const prompt = inquirer.createPromptModule({input: process.stdin, output: process.stderr})
  try {
    const {answer} = await prompt<{answer: T}>([{...question, name: 'answer'}])
    return answer
  } catch (error) {
    if (error instanceof Error && error.name === 'ExitPromptError')
      throw new AckError('Cancelled', 'cancelled', '', {cause: error})
    throw error
  }
}
