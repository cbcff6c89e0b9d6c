import { fork } from 'node:child_process'
import type { HelperProcess } from './engine-process'
import { lowerPriority } from './lower-priority'

/** Forks the engine as a child of plain Node, where there is no Electron. */
export function forkChild<Message>(entry: string, env: NodeJS.ProcessEnv): HelperProcess<Message> {
  const child = fork(entry, [], { env, serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  lowerPriority(child.pid)
  return {
    pid: child.pid,
    send: (message) => void (child.connected && child.send(message as object)),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => {
      child.once('exit', (code, signal) => listener(signal === null ? `exit code ${code}` : `signal ${signal}`))
      child.once('error', (error) => listener(error.message))
    },
    kill: () => void child.kill('SIGKILL'),
  }
}
