import { run } from './program'
import { processTerminal } from './terminal'

process.exitCode = await run(process.argv.slice(2), processTerminal())
// In the installed studio this is one of its processes, which would wait for messages for ever.
if (process.versions['electron'] !== undefined) process.exit()
