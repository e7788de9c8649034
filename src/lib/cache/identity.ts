/** What something that is cached is bound to: named facts, in an order that is part of what they say. No secret. */
export type Identity = readonly (readonly [name: string, value: string])[]
