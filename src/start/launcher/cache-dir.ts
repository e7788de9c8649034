// oxlint-disable-next-line node/no-process-env -- before the program, which takes it as an argument
const {NODE_DISABLE_COMPILE_CACHE, KUBECACHEDIR, HOME, USERPROFILE} = process.env

/** The user's home directory; empty where there is none, or the user has switched the cache off: then there is no cache. */
export const home = (!NODE_DISABLE_COMPILE_CACHE && (process.platform === 'win32' ? USERPROFILE : HOME)) || ''

/** The directory below which the cache may be made: never that one itself. */
export const base = KUBECACHEDIR || home

/** Where compiled code is kept. Put together by hand: path.join looks at every character. */
export const cacheDir = `${KUBECACHEDIR || `${home}/.kube/cache`}/ack-ram-tool/compile-cache`
