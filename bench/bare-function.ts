import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';

/** The least that a function with a table can be: what ours are held against. */
const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));

export async function handler(): Promise<{ statusCode: number }> {
  const Item = { pk: 'bare', sk: String(Date.now()) };
  await client.send(new PutCommand({ TableName: process.env.TABLE_NAME, Item }));
  return { statusCode: 200 };
}
