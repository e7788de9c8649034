import type {Runtime} from '../../base/runtime.ts'

/** The variable with another URL of the metadata service. */
export const IMDS_ENDPOINT = 'ALIBABA_CLOUD_IMDS_ENDPOINT'

const ENDPOINT = 'http://100.100.100.200'

/** URL of the metadata service of ECS, without a final slash. */
export const metadataEndpoint = ({env}: Pick<Runtime, 'env'>): string =>
  (env[IMDS_ENDPOINT] || ENDPOINT).replace(/\/+$/, '')
