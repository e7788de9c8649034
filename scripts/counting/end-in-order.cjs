// For the processes that run test files: mocha kills one that takes more than a second to end, and to write down what V8
// has counted in it takes longer.
if (process.send) process.on('SIGTERM', () => {})
