/** The parts of an option such as `--regions eu-west-1,eu-central-1`; nothing between two commas is no part. */
export function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
