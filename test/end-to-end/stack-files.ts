import type { PushedImage } from '../machine/registry.ts';
import type { StackImageName } from '../machine/stack-images.ts';

/** The services that the project builds, by the image each runs. */
export const shippedServices = {
  frontend: 'frontend',
  backend: 'backend',
  'celery-worker': 'workers',
  'celery-beat': 'workers',
} as const satisfies Record<string, StackImageName>;
export type ShippedService = keyof typeof shippedServices;
export type StackService = ShippedService | 'postgres' | 'redis';

export interface StackFilesOptions {
  frontendPort: number;
  backendPort: number;
  postgres: PushedImage;
  redis: PushedImage;
}

/**
 * The Compose file of a small team: nothing in it is made for us. But for its published ports, shorter intervals of the
 * databases' health checks and the databases' image names it is what such teams have.
 */
function composeFile({ frontendPort, backendPort, postgres, redis }: StackFilesOptions): string {
  return `services:
  frontend:
    build:
      context: ./frontend
      dockerfile: Dockerfile
    restart: unless-stopped
    environment:
      - NEXT_PUBLIC_API_URL=https://api.example.com
    ports:
      - "${frontendPort}:3000"
    networks:
      - shop-network
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost:3000/api/health"]
      interval: 30s
      timeout: 10s
      retries: 3

  backend:
    build:
      context: ./backend
      dockerfile: Dockerfile
    restart: unless-stopped
    environment:
      - DATABASE_URL=postgres://shop:\${DB_PASSWORD}@postgres:5432/shop?sslmode=disable
      - REDIS_URL=redis://redis:6379/0
      - PROXY_URL=\${PROXY_URL}
      - ENVIRONMENT=production
    ports:
      - "${backendPort}:8000"
    depends_on:
      postgres:
        condition: service_healthy
      redis:
        condition: service_healthy
    networks:
      - shop-network
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost:8000/health"]
      interval: 30s
      timeout: 10s
      retries: 3

  celery-worker:
    build:
      context: ./workers
      dockerfile: Dockerfile
    command: celery -A celery_app worker --loglevel=info --concurrency=2
    restart: unless-stopped
    environment:
      - DATABASE_URL=postgres://shop:\${DB_PASSWORD}@postgres:5432/shop?sslmode=disable
      - REDIS_URL=redis://redis:6379/0
      - PROXY_URL=\${PROXY_URL}
    depends_on:
      - redis
      - postgres
    networks:
      - shop-network

  celery-beat:
    build:
      context: ./workers
      dockerfile: Dockerfile
    command: celery -A celery_app beat --loglevel=info
    restart: unless-stopped
    environment:
      - REDIS_URL=redis://redis:6379/0
    depends_on:
      - redis
    networks:
      - shop-network

  postgres:
    image: ${postgres.image}
    restart: unless-stopped
    environment:
      POSTGRES_USER: shop
      POSTGRES_PASSWORD: \${DB_PASSWORD}
      POSTGRES_DB: shop
    volumes:
      - postgres_data:/var/lib/postgresql/data
      - ./init.sql:/docker-entrypoint-initdb.d/init.sql
    networks:
      - shop-network
    healthcheck:
      test: ["CMD-SHELL", "pg_isready -U shop"]
      interval: 1s
      timeout: 5s
      retries: 30

  redis:
    image: ${redis.image}
    restart: unless-stopped
    command: redis-server --appendonly yes
    volumes:
      - redis_data:/data
    networks:
      - shop-network
    healthcheck:
      test: ["CMD", "redis-cli", "ping"]
      interval: 1s
      timeout: 5s
      retries: 30

volumes:
  postgres_data:
  redis_data:

networks:
  shop-network:
`;
}

const dockerfile = (folder: string) =>
  `FROM scratch\nCOPY . /app\n# How ${folder} is built is not told here.\n`;

const initSql = `CREATE TABLE products (
  id SERIAL PRIMARY KEY,
  slug VARCHAR(255) UNIQUE NOT NULL,
  name VARCHAR(500) NOT NULL
);
INSERT INTO products (slug, name) VALUES ('kettle', 'Kettle'), ('toaster', 'Toaster');
`;

export const envFileName = '.env.production';
export const composeFileName = 'docker-compose.yml';

/** What the repository of the stack holds, by path; nothing in it is secret. */
export function stackFiles(options: StackFilesOptions): Record<string, string> {
  const folders = [...new Set<string>(Object.values(shippedServices))];
  return {
    [composeFileName]: composeFile(options),
    [envFileName]: 'PROXY_URL=http://proxy.example.com:12321\nDOMAIN=example.com\n',
    'init.sql': initSql,
    ...Object.fromEntries(folders.map((folder) => [`${folder}/Dockerfile`, dockerfile(folder)])),
  };
}
