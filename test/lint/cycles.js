import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import ts from 'typescript'

const isSource = (name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts')

/** Every TypeScript file under a folder. */
export function sourcesIn(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter(isSource)
}

/** Types may be defined by each other (a value has a node, a node has values): importing one is no edge, for it is erased. */
const typeImport = /^(import|export) type [^'"]*from\s+['"][^'"]+['"]/gm

/** The files that a file loads when it runs. */
function importsOf(root, file) {
  const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8').replace(typeImport, ''), true, true)
  return importedFiles.flatMap(({ fileName }) => {
    if (!fileName.startsWith('.') && !fileName.startsWith('#shared/')) return []
    const base = fileName.startsWith('#') ? join(root, fileName.slice(1)) : join(dirname(file), fileName)
    const found = [base, `${base}.ts`, `${base}.tsx`].find((path) => isSource(path) && existsSync(path))
    return found ? [found] : []
  })
}

/** One cycle through each group of files that import each other, as paths from `root`. Tarjan 1972. */
export function cyclesAmong(root, files) {
  const edges = new Map(files.map((file) => [file, importsOf(root, file)]))
  const order = new Map()
  const low = new Map()
  const stack = []
  const cycles = []
  const visit = (file) => {
    order.set(file, order.size)
    low.set(file, order.get(file))
    stack.push(file)
    for (const next of edges.get(file) ?? []) {
      if (!edges.has(next)) continue
      if (!order.has(next)) {
        visit(next)
        low.set(file, Math.min(low.get(file), low.get(next)))
      } else if (stack.includes(next)) low.set(file, Math.min(low.get(file), order.get(next)))
    }
    if (low.get(file) !== order.get(file)) return
    const group = stack.splice(stack.indexOf(file))
    const selfImport = edges.get(file).includes(file)
    if (group.length > 1 || selfImport) cycles.push(group.map((path) => relative(root, path)))
  }
  for (const file of edges.keys()) if (!order.has(file)) visit(file)
  return cycles
}
