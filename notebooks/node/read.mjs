// Runs the statements of standard input, a line each, over the DuckDB file that is named,
// and prints the errors.
import { readFileSync } from 'node:fs'
import { DuckDBInstance } from '@duckdb/node-api'

const file = await DuckDBInstance.create(process.argv[2], { access_mode: 'READ_ONLY' })
const connection = await file.connect()
for (const statement of readFileSync(0, 'utf8').trim().split('\n')) {
  try {
    await connection.runAndReadAll(statement)
  } catch (error) {
    console.log(`${statement}: ${error.message.split('\n')[0]}`)
  }
}
