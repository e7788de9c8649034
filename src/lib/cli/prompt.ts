import {AckError} from '../errors.ts'

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

type Question =
  | {type: 'input'; message: string; validate: (answer: string) => string | boolean; filter: (answer: string) => string}
  | {type: 'select'; message: string; choices: {name: string; value: string}[]}

const ask = async (question: Question): Promise<string> => {
  const {default: inquirer} = await import('inquirer')
  // stdout belongs to the answer that kubectl reads.
  const prompt = inquirer.createPromptModule({input: process.stdin, output: process.stderr})
  try {
    const {answer} = await prompt<{answer: string}>([{...question, name: 'answer'}])
    return answer
  } catch (error) {
    if (error instanceof Error && error.name === 'ExitPromptError')
      throw new AckError('Cancelled', 'cancelled', '', {cause: error})
    throw error
  }
}
