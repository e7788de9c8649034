import {AckError} from '../../base/errors.ts'
import type {Runtime} from '../../base/runtime.ts'
import {METADATA_ADDRESS} from '../../transport/metadata-address.ts'

/** The variable with another URL of the metadata service. */
export const IMDS_ENDPOINT = 'ALIBABA_CLOUD_IMDS_ENDPOINT'

const ENDPOINT = `http://${METADATA_ADDRESS}`

/**
 * URL of the metadata service of ECS, without a final slash.
 *
 * @throws AckError `InvalidOption` for a variable that holds none
 */
export const metadataEndpoint = ({env}: Pick<Runtime, 'env'>): string => {
  const text = env[IMDS_ENDPOINT] || ENDPOINT
  if (URL.canParse(text) && /^https?:/i.test(text)) return text.replace(/\/+$/, '')
  throw new AckError('InvalidOption', `${IMDS_ENDPOINT} is not an http URL`, `unset it, or set it to ${ENDPOINT}`)
}
