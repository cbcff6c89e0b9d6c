// node run-built.mjs PROGRAM ARGS…: sets up what the command line needs and runs out/cli/PROGRAM.js with ARGS, in this process.
import { pathToFileURL } from 'node:url'
import { inRoot } from './paths.mjs'
import { setup } from './setup.mjs'

await setup()
const [node = process.execPath, , name = 'tim', ...rest] = process.argv
const program = inRoot('out', 'cli', `${name}.js`)
process.argv = [node, program, ...rest]
await import(pathToFileURL(program).href)
