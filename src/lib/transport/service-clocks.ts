import {clockOffset, type HeardDate} from './clock-offset.ts'
import {parseReplyObject, type HttpCall, type HttpReply} from './http.ts'
import {parseRpcError} from './service-error.ts'

/** What is known of the clocks by which services judge the date of a call. */
export interface ServiceClocks {
  /** How far a host's clock is ahead of this machine's, in milliseconds; 0 where nothing is known. */
  readonly offsetMs: (host: string) => number
  /** Takes what an answer of a host has shown, as {@link clockOffset} gives it. Never throws. */
  readonly learn: (host: string, offsetMs: number) => Promise<void>
}

/** Where nothing is known or kept. */
export const UNKNOWN_CLOCKS: ServiceClocks = {offsetMs: () => 0, learn: () => Promise.resolve()}

/** Alibaba Cloud's services that check the date of a call, as calls name them. */
const SERVICES: ReadonlySet<string | undefined> = new Set(['STS', 'CS', 'RAM', 'IMS'])

/** Learns from an answer, if it is one of such a service whose certificate was verified: anybody can say a date by http. */
export const learnFrom = async (
  clocks: ServiceClocks,
  {service, url, tls}: HttpCall,
  heard: HeardDate,
): Promise<void> => {
  const {protocol, host} = new URL(url)
  if (protocol !== 'https:' || tls || !SERVICES.has(service)) return
  const offsetMs = clockOffset(heard)
  if (offsetMs !== undefined) await clocks.learn(host, offsetMs)
}

/** Whether a service has refused a call for its date alone, so that it has done nothing. */
export const isRefusedForDate = (reply: HttpReply): boolean =>
  reply.status >= 400 && isDateCode(parseRpcError(parseReplyObject(reply) ?? {}).code)

const isDateCode = (code = ''): boolean =>
  /^(InvalidTimeStamp(?!\.Format)|IllegalTimestamp|SignatureExpired|RequestExpired|RequestTimeTooSkewed)/i.test(code)
