import { utilityProcess } from 'electron'
import type { EngineProcess } from './engine-process'
import { lowerPriority } from './lower-priority'

/** Forks the engine into a process of Electron's own making. */
export function forkUtility(entry: string, env: NodeJS.ProcessEnv): EngineProcess {
  const child = utilityProcess.fork(entry, [], { serviceName: 'TiM Studio engine', env, stdio: ['ignore', 'inherit', 'inherit'] })
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
