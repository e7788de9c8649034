import {isStandalone, type Runtime} from '../lib/base/runtime.ts'

/**
 * Has Node write no diagnostic report, whatever `NODE_OPTIONS` or its command line ask for: one holds all variables of the
 * environment, and so the secrets that are there. (The engine of the standalone executable writes none.)
 */
export const disableReports = ({env}: Pick<Runtime, 'env'>): void => {
  if (isStandalone() || !`${env['NODE_OPTIONS'] ?? ''} ${String(process.execArgv)}`.includes('report')) return
  const {report} = process
  report.reportOnFatalError = false
  report.reportOnSignal = false
  report.reportOnUncaughtException = false
}
