// What the tests ask of cel-js. Values go in and out as JSON, whole numbers being CEL's int.
import {Environment} from './index.js'

export function environment(declarations) {
  const {types, variables, hasOptionals} = JSON.parse(declarations)
  const options = {enableOptionalTypes: hasOptionals, homogeneousAggregateLiterals: false}
  // Of cel-go's library of strings, which API servers have, cel-js lacks this.
  const extend = (env) => env.registerFunction('string.replace(string, string): string', (text, from, to) => text.split(from).join(to))
  const typed = extend(new Environment(options))
  for (const [name, fields] of types) typed.registerType(name, {fields}).registerOperator(`${name} == ${name}`, () => false)
  for (const [name, type] of Object.entries(variables)) typed.registerVariable(name, type)
  // Evaluated as what was declared: objects as maps, so that has() tells whether a field is there.
  const dynamic = extend(new Environment({...options, unlistedVariablesAreDyn: true}))
  const programs = new Map()
  return {
    check(expression) {
      const result = typed.check(expression)
      if (!result.valid) throw result.error
      return result.type
    },
    evaluate(expression, values) {
      let program = programs.get(expression)
      if (!program) programs.set(expression, (program = dynamic.parse(expression)))
      const result = program(JSON.parse(values, (_, value) => (typeof value === 'number' ? BigInt(value) : value)))
      return JSON.stringify(result, (_, value) => (typeof value === 'bigint' ? Number(value) : value))
    },
  }
}
