/** The metadata service of an ECS instance, which is as local as a link-local address. */
export const METADATA_ADDRESS = '100.100.100.200'
