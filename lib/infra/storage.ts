/** What the stack keeps: one table and one bucket, encrypted, private, and gone with the stack unless the data is to be kept. */
import { Duration, RemovalPolicy, CfnDeletionPolicy, Stack, CfnResource } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  Table,
  TableEncryption,
  type CfnTable,
} from 'aws-cdk-lib/aws-dynamodb';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { INDEXES, PARTITION_KEY, SORT_KEY } from '../aws/dynamodb/definition.ts';
import { retentionOf } from './retention.ts';
import type { Settings } from './settings.ts';

/** A retry reads what the listing of its session had staged; nobody retries a session after a month. */
const STAGED_DAYS = 30;

export class Storage extends Construct {
  readonly table: Table;
  readonly bucket: Bucket;

  constructor(
    scope: Construct,
    id: string,
    { keep, logRetentionDays }: Pick<Settings, 'keep' | 'logRetentionDays'>,
  ) {
    super(scope, id);
    const removalPolicy = keep === 'data' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    this.table = this.#table(removalPolicy);
    this.bucket = this.#bucket(removalPolicy);
    if (keep === 'nothing') this.#logOfEmptying(logRetentionDays);
    for (const { node } of [this.table, this.bucket]) {
      // An update that would replace them leaves the old one, whatever `cdk destroy` may do.
      const resource = node.defaultChild as CfnTable;
      resource.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    }
  }

  #table(removalPolicy: RemovalPolicy): Table {
    const text = (name: string) => ({ name, type: AttributeType.STRING });
    const table = new Table(this, 'Table', {
      partitionKey: text(PARTITION_KEY),
      sortKey: text(SORT_KEY),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: removalPolicy === RemovalPolicy.RETAIN,
      removalPolicy,
    });
    for (const { name, partitionKey, sortKey } of Object.values(INDEXES)) {
      table.addGlobalSecondaryIndex({
        indexName: name,
        partitionKey: text(partitionKey),
        sortKey: text(sortKey),
        projectionType: ProjectionType.KEYS_ONLY,
      });
    }
    return table;
  }

  #bucket(removalPolicy: RemovalPolicy): Bucket {
    return new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      lifecycleRules: [
        { id: 'staged', prefix: 'staging/', expiration: Duration.days(STAGED_DAYS) },
        { id: 'torn-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      removalPolicy,
      autoDeleteObjects: removalPolicy === RemovalPolicy.DESTROY,
    });
  }

  /** The CDK's own Lambda, which empties a bucket that goes, would make a log group by itself, and leave it for ever. */
  #logOfEmptying(logRetentionDays: number): void {
    const { node, stackName } = Stack.of(this);
    const provider = node.findChild('Custom::S3AutoDeleteObjectsCustomResourceProvider');
    const log = new LogGroup(this, 'EmptyingLog', {
      logGroupName: `/aws/lambda/${stackName}-empties-bucket`,
      retention: retentionOf(logRetentionDays),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const handler = provider.node.findChild('Handler');
    if (CfnResource.isCfnResource(handler))
      handler.addPropertyOverride('LoggingConfig', { LogGroup: log.logGroupName });
  }
}
