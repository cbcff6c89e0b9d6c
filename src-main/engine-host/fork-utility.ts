import { utilityProcess } from 'electron'
import type { HelperProcess } from './engine-process'
import { lowerPriority } from './lower-priority'

/** Forks the engine, or another helper, into a process of Electron's own making. `name` stands in the system's list of processes. */
export function forkUtility<Message>(entry: string, env: NodeJS.ProcessEnv, name = 'TiM Studio engine'): HelperProcess<Message> {
  const child = utilityProcess.fork(entry, [], { serviceName: name, env, stdio: ['ignore', 'inherit', 'inherit'] })
  child.once('spawn', () => lowerPriority(child.pid))
  return {
    get pid() {
      return child.pid
    },
    send: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', (code) => listener(`exit code ${code}`)),
    kill: () => void child.kill(),
  }
}
