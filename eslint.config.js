import js from '@eslint/js'
import prettier from 'eslint-config-prettier'
import tseslint from 'typescript-eslint'

const time = 'Time is an argument: take a Clock (src/time), or `now` as a default argument.'

/** @param {string} object @param {string} property @param {string} message */
const ban = (object, property, message) => ({ object, property, message })

export default tseslint.config(
  { ignores: ['dist', 'dist-bench', 'dist-torture', 'bench/dist', 'node_modules', '.linehaul', 'coverage'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    languageOptions: {
      globals: {
        console: 'readonly',
        process: 'readonly',
        performance: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        AbortController: 'readonly',
        AbortSignal: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setImmediate: 'readonly',
        queueMicrotask: 'readonly',
        structuredClone: 'readonly',
      },
    },
    rules: {
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/**/*.test.ts', 'src/**/testing/**'],
    rules: {
      'max-depth': ['error', 3],
      'no-nested-ternary': 'error',
      'no-console': ['error'],
      'no-restricted-properties': [
        'error',
        ban('process', 'env', 'Only src/config.ts reads the environment: take the value as an argument.'),
        ban('Math', 'random', 'Chance is an argument: take `random` as a default argument.'),
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/time/**', 'src/**/*.test.ts', 'src/**/testing/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'setTimeout', message: time },
        { name: 'setInterval', message: time },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector:
            ':not(AssignmentPattern) > CallExpression[callee.object.name="Date"][callee.property.name="now"]',
          message: time,
        },
        {
          selector: ':not(AssignmentPattern) > NewExpression[callee.name="Date"][arguments.length=0]',
          message: time,
        },
        {
          selector:
            ':not(AssignmentPattern) > CallExpression[callee.object.name="performance"][callee.property.name="now"]',
          message: time,
        },
      ],
    },
  },
  {
    files: ['src/config.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'setTimeout', message: 'Tests never sleep: move a FakeClock or await a signal.' },
      ],
    },
  },
  {
    files: ['*.config.{js,ts}', 'test/setup/**'],
    rules: { 'no-restricted-exports': 'off' },
  },
  prettier,
)
