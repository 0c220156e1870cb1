/**
 * Reads the text of an answer, bounded in size: what is longer is not read to its end.
 *
 * @throws {Error} for an answer of more bytes
 */
export async function boundedText({ body }: Pick<Response, 'body'>, bytesMax: number): Promise<string> {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (let bytes = 0; reader !== undefined; ) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.byteLength;
    if (bytes > bytesMax) {
      await reader.cancel();
      throw new Error(`an answer of more than ${bytesMax} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
  return text + decoder.decode();
}
