import tseslint from 'typescript-eslint'
import { plugin } from './test/lint/rules.js'

const noDefault = { selector: 'ExportDefaultDeclaration', message: 'Export by name: one thing has one name everywhere.' }
const noEnum = { selector: 'TSEnumDeclaration', message: 'Use a union of string literals, or an object `as const`.' }
const noReexport = { selector: 'ExportAllDeclaration', message: 'No barrels: import from the file that answers.' }

const areas = ['tsconfig.json', 'src-renderer/tsconfig.json', 'test/tsconfig.json']

export default tseslint.config(
  { ignores: ['node_modules', 'out', 'dist', 'pictures', 'test-results', 'test/golden/fixtures', 'assets'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommended, tseslint.configs.stylistic],
    languageOptions: { parserOptions: { project: areas, tsconfigRootDir: import.meta.dirname } },
    plugins: { tim: plugin },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'tim/direction': 'error',
      'tim/file-name': 'error',
      'no-restricted-syntax': ['error', noDefault, noEnum, noReexport],
      'max-lines': ['error', { max: 250 }],
      'max-lines-per-function': ['error', { max: 60 }],
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Types of records are data with named parts; both spellings read well.
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/consistent-indexed-object-style': 'off',
    },
  },
  {
    // A page's components state their types in their props; a suite is as long as its cases.
    files: ['**/*.tsx', '**/*.test.ts', 'test/**'],
    rules: { 'max-lines-per-function': 'off', '@typescript-eslint/explicit-module-boundary-types': 'off' },
  },
  { files: ['**/*.{test,cases}.{ts,tsx}', 'test/**'], rules: { 'max-lines': 'off' } },
  { files: ['src-main/cli/**', '**/*.cli.ts', 'test/**'], rules: { 'no-console': 'off' } },
  { files: ['*.config.ts'], rules: { 'no-restricted-syntax': 'off', 'tim/direction': 'off' } },
  {
    files: ['src-main/**/*.mjs', '**/*.js'],
    extends: [tseslint.configs.recommended],
    languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
  },
)
