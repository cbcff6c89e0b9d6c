/**
 * Which folder may import which: the design's one-way layers as data. The first layer that holds a file is its own;
 * `may` lists the layers it may import besides itself, `packages` the packages (true: any, but the guarded ones below).
 */
const GRAPH = ['ir', 'ops']
const CALCULUS = [...GRAPH, 'autodiff', 'passes', 'nn']
// `files` holds what each reader and writer of files needs: bounded reads, atomic writes, their errors.
const BESIDE = ['files', 'onnx', 'weights', 'images', 'runtime']
const SCIENCE = [...CALCULUS, ...BESIDE]
const HOST = ['app', 'ipc', 'library', 'engine-host']

const engine = (name, may, rest = {}) => ({
  name,
  path: `src-main/engine/${name}`,
  may: ['shared', ...may],
  packages: true,
  ...rest,
})
const host = (name) => ({ name, path: `src-main/${name}`, may: ['shared', ...HOST], packages: true })

export const layers = [
  { name: 'shared', path: 'shared', may: [], packages: ['zod'] },
  { name: 'renderer', path: 'src-renderer', may: ['shared'], packages: true, browser: true },
  engine('ir', []),
  engine('ops', ['ir']),
  engine('autodiff', GRAPH),
  engine('passes', GRAPH),
  engine('nn', GRAPH),
  engine('files', ['ir']),
  engine('onnx', ['ir', 'files']),
  engine('weights', ['ir', 'files']),
  engine('images', ['ir', 'files']),
  // The only room that speaks to a network, when a download was asked for.
  engine('hub', ['ir', 'files']),
  // A session is opened from a graph, so the runtime alone may also encode one.
  engine('runtime', ['ir', 'files', 'onnx']),
  // Diffusion states what it asks of a network and of a step of training; models and training answer, never the reverse.
  engine('diffusion', SCIENCE),
  engine('models', [...SCIENCE, 'diffusion', 'text']),
  engine('text', [...SCIENCE, 'models']),
  engine('training', [...SCIENCE, 'diffusion']),
  // How good pictures are: numbers for experiments, beside whatever made the pictures.
  engine('scoring', [...SCIENCE, 'models', 'diffusion']),
  engine('jobs', [...SCIENCE, 'hub', 'models', 'text', 'diffusion', 'training', 'scoring']),
  { name: 'entry', path: 'src-main/engine/entry', may: ['shared', 'jobs', 'runtime', 'files', 'ir'], packages: true },
  { name: 'desk', path: 'src-main/engine/desk', may: ['shared', 'images', 'text', 'weights', 'files', 'ir'], packages: true },
  host('app'),
  host('ipc'),
  host('library'),
  host('engine-host'),
  { name: 'preload', path: 'src-main/preload', may: ['shared'], packages: true },
  { name: 'cli', path: 'src-main/cli', may: ['shared', 'jobs', 'library', 'files'], packages: true },
  { name: 'setup', path: 'src-main/setup', may: [], packages: true },
  { name: 'test', path: 'test', may: true, packages: true },
]

/** Packages that only some files may import: where a path names a folder, all of it. */
export const guarded = {
  electron: ['src-main/app', 'src-main/ipc', 'src-main/preload', 'src-main/engine-host', 'test'],
  '@huggingface/hub': ['src-main/engine/hub'],
  'onnxruntime-node': ['src-main/engine/runtime/session.ts', 'test'],
}

/** Names of Electron that only one file, or one folder, may import. */
export const guardedNames = { ipcMain: 'src-main/ipc/handle.ts', ipcRenderer: 'src-main/preload' }

/** The only files that may speak with the process that forked them. */
export const PARENT_PORT_USERS = ['src-main/engine/entry.ts', 'src-main/engine/desk.ts']
