/** What many runs do without: it is made at the first call, and the same is given at each further one. */
export const lazily = <T>(make: () => T): (() => T) => {
  let made: {readonly value: T} | undefined
  return () => (made ??= {value: make()}).value
}
