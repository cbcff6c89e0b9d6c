import { builtinModules } from 'node:module'
import { dirname, posix, relative, sep } from 'node:path'
import { guarded, guardedNames, layers, PARENT_PORT_USERS } from './layers.js'

/** Tests, and the tables of cases that only tests read. */
const isTest = (file) => /\.(test|cases)\.tsx?$/.test(file)
const within = (file, path) => file === path || file.startsWith(`${path}/`)
const layerOf = (file) => layers.find(({ path }) => within(file, path) || within(file.replace(/\.\w+$/, ''), path))
const packageOf = (source) => source.split('/', source.startsWith('@') ? 2 : 1).join('/')
const isBuiltin = (source) => source.startsWith('node:') || builtinModules.includes(source)

/** The imported file as a path from the root, or undefined for a package. */
function targetOf(file, source) {
  if (source.startsWith('#shared/')) return source.slice(1)
  if (source.startsWith('.')) return posix.normalize(posix.join(dirname(file), source))
  return undefined
}

/** Why `file` may not import `source`, or undefined when it may. */
function objection(file, source) {
  const from = layerOf(file)
  if (!from) return `${file} is in no layer: give its folder one in test/lint/layers.js.`
  const target = targetOf(file, source)
  if (target === undefined) return packageObjection(file, from, source)
  const to = layerOf(target)
  if (!to) return `${target} is in no layer: give its folder one in test/lint/layers.js.`
  if (to === from || from.may === true || from.may.includes(to.name)) return undefined
  // What a test compares with may come from anywhere in its own process.
  if (isTest(file) && (to.name === 'test' || from.path.split('/')[1] === to.path.split('/')[1])) return undefined
  return `${from.name} may not import ${to.name}; it may import ${from.may.join(', ') || 'no other layer'}.`
}

function packageObjection(file, from, source) {
  if (isTest(file) && (source === 'vitest' || isBuiltin(source))) return undefined
  const name = packageOf(source)
  const allowed = guarded[name]
  if (allowed && !allowed.some((path) => within(file, path))) return `Only ${allowed.join(', ')} may import ${name}.`
  if (from.browser && isBuiltin(source)) return `${from.name} runs in a browser's sandbox: ${source} is not there.`
  if (from.packages === true || from.packages.includes(name)) return undefined
  return `${from.name} may import ${from.packages.join(', ')} only, not ${source}.`
}

/** The file being linted, as a path from the root with forward slashes. */
const fileOf = (context) => relative(context.cwd, context.filename).split(sep).join('/')

const direction = {
  meta: { type: 'problem', schema: [], docs: { description: "imports follow the design's layers" } },
  create(context) {
    const file = fileOf(context)
    const check = (node) => {
      if (!node.source || typeof node.source.value !== 'string') return
      const message = objection(file, node.source.value)
      if (message) context.report({ node, message })
    }
    return {
      ImportDeclaration(node) {
        check(node)
        if (node.source.value !== 'electron') return
        for (const { type, imported } of node.specifiers) {
          if (type === 'ImportNamespaceSpecifier')
            context.report({ node, message: 'Import the names of electron that are used.' })
          const owner = imported && guardedNames[imported.name]
          if (owner && !within(file, owner)) context.report({ node, message: `Only ${owner} may use ${imported.name}.` })
        }
      },
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
      TSImportType: (node) => check({ ...node, source: node.source ?? node.argument?.literal }),
      // require('electron'), however the function is called.
      Literal(node) {
        const isArgument = node.parent.type === 'CallExpression' && node.parent.arguments.includes(node)
        const message =
          isArgument &&
          Object.hasOwn(guarded, String(node.value)) &&
          packageObjection(file, layerOf(file) ?? { packages: true }, node.value)
        if (message) context.report({ node, message })
      },
      MemberExpression(node) {
        if (node.property.type !== 'Identifier' || node.property.name !== 'parentPort' || PARENT_PORT_USERS.includes(file)) return
        context.report({ node, message: `Only ${PARENT_PORT_USERS.join(' and ')} may use parentPort.` })
      },
    }
  },
}

const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/
const PASCAL = /^[A-Z][A-Za-z0-9]*(\.test)?\.tsx$/
const VAGUE = /^(utils?|helpers?|misc|common)\./

const fileName = {
  meta: { type: 'problem', schema: [], docs: { description: 'kebab-case files, PascalCase components, no utils' } },
  create: (context) => ({
    Program(node) {
      const name = posix.basename(fileOf(context))
      if (!KEBAB.test(name) && !PASCAL.test(name)) {
        context.report({ node, message: `${name}: name files in kebab-case, components in PascalCase.tsx.` })
      }
      if (VAGUE.test(name)) context.report({ node, message: `${name}: name the file after the question it answers.` })
    },
  }),
}

/** @type {import('eslint').ESLint.Plugin} */
export const plugin = { rules: { direction, 'file-name': fileName } }
