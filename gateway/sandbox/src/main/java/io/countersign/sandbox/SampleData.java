package io.countersign.sandbox;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Random;

/**
 * The sample data: a shop's year from November 2025 to October 2026, the same on every machine and
 * every day.
 *
 * <p>Warehouse: regions, customers, products, orders. Lake: web_events, campaign_spend.
 */
final class SampleData {
  static final int CUSTOMERS = 300;
  static final int PRODUCTS = 24;
  static final int ORDERS = 2500;
  static final int EVENTS = 4000;
  private static final long SEED = 20251101;
  private static final LocalDate FIRST = LocalDate.of(2025, 11, 1);
  private static final int DAYS = 365;

  private static final List<String> REGIONS = List.of("North", "South", "East", "West", "Online");
  private static final List<String> COUNTRIES = List.of("IE", "DE", "FR", "ES", "PL", "SE");
  private static final List<String> SEGMENTS = List.of("consumer", "business", "public");
  private static final List<String> STATUSES =
      List.of("delivered", "delivered", "delivered", "shipped", "returned", "cancelled");
  private static final List<String> NAMES =
      List.of(
          "Kettle",
          "Desk lamp",
          "Backpack",
          "Notebook",
          "Headphones",
          "Water bottle",
          "Office chair",
          "Monitor arm");
  private static final List<String> CATEGORIES =
      List.of("kitchen", "office", "travel", "office", "electronics", "travel", "office", "office");
  private static final List<String> FINISHES = List.of("classic", "plus", "mini");
  private static final List<String> EVENT_TYPES =
      List.of("page_view", "page_view", "page_view", "add_to_cart", "checkout", "purchase");
  private static final List<String> PAGES =
      List.of("/", "/products", "/products/detail", "/cart", "/checkout", "/help");
  private static final List<String> DEVICES = List.of("mobile", "desktop", "tablet");
  private static final List<String> CHANNELS = List.of("search", "social", "email");

  private SampleData() {}

  static void fillWarehouse(Connection connection) throws SQLException {
    Random random = new Random(SEED);
    execute(
        connection,
        "CREATE TABLE regions (region_id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL)",
        "CREATE TABLE customers (customer_id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL,"
            + " country CHAR(2) NOT NULL, segment VARCHAR(10) NOT NULL, signed_up DATE NOT NULL,"
            + " newsletter BOOLEAN)",
        "CREATE TABLE products (product_id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, category"
            + " VARCHAR(20) NOT NULL, price NUMERIC(10,2) NOT NULL)",
        "CREATE TABLE orders (order_id BIGINT PRIMARY KEY, customer_id INTEGER NOT NULL, product_id"
            + " INTEGER NOT NULL, region_id INTEGER NOT NULL, quantity INTEGER NOT NULL, amount"
            + " NUMERIC(12,2) NOT NULL, discount DOUBLE PRECISION, status VARCHAR(10) NOT NULL,"
            + " ordered_at TIMESTAMP NOT NULL)");
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO regions VALUES (?, ?)")) {
      for (int i = 0; i < REGIONS.size(); i++) {
        insert.setInt(1, i + 1);
        insert.setString(2, REGIONS.get(i));
        insert.addBatch();
      }
      insert.executeBatch();
    }
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO customers VALUES (?, ?, ?, ?, ?, ?)")) {
      for (int i = 1; i <= CUSTOMERS; i++) {
        insert.setInt(1, i);
        insert.setString(2, "Customer " + String.format(java.util.Locale.ROOT, "%03d", i));
        insert.setString(3, pick(COUNTRIES, random));
        insert.setString(4, pick(SEGMENTS, random));
        insert.setObject(5, FIRST.minusDays(random.nextInt(900)));
        if (random.nextInt(10) == 0) {
          insert.setNull(6, Types.BOOLEAN);
        } else {
          insert.setBoolean(6, random.nextBoolean());
        }
        insert.addBatch();
      }
      insert.executeBatch();
    }
    int[] cents = fillProducts(connection, random);
    fillOrders(connection, random, cents);
  }

  private static int[] fillProducts(Connection connection, Random random) throws SQLException {
    int[] cents = new int[PRODUCTS + 1];
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO products VALUES (?, ?, ?, ?)")) {
      for (int i = 1; i <= PRODUCTS; i++) {
        int kind = (i - 1) % NAMES.size();
        cents[i] = 900 + random.nextInt(200) * 100 + 95;
        insert.setInt(1, i);
        insert.setString(2, NAMES.get(kind) + " " + FINISHES.get((i - 1) / NAMES.size()));
        insert.setString(3, CATEGORIES.get(kind));
        insert.setBigDecimal(4, BigDecimal.valueOf(cents[i], 2));
        insert.addBatch();
      }
      insert.executeBatch();
    }
    return cents;
  }

  private static void fillOrders(Connection connection, Random random, int[] cents)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
      for (int i = 1; i <= ORDERS; i++) {
        int product = 1 + random.nextInt(PRODUCTS);
        int quantity = 1 + random.nextInt(5);
        insert.setLong(1, 10_000L + i);
        insert.setInt(2, 1 + random.nextInt(CUSTOMERS));
        insert.setInt(3, product);
        insert.setInt(4, 1 + random.nextInt(REGIONS.size()));
        insert.setInt(5, quantity);
        insert.setBigDecimal(6, BigDecimal.valueOf((long) cents[product] * quantity, 2));
        if (random.nextInt(4) == 0) {
          insert.setDouble(7, (1 + random.nextInt(4)) * 0.05);
        } else {
          insert.setNull(7, Types.DOUBLE);
        }
        insert.setString(8, pick(STATUSES, random));
        insert.setObject(9, moment(random));
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  static void fillLake(Connection connection) throws SQLException {
    Random random = new Random(SEED + 1);
    execute(
        connection,
        "CREATE TABLE web_events (event_id BIGINT NOT NULL, event_time TIMESTAMP NOT NULL,"
            + " event_type VARCHAR(20) NOT NULL, customer_id INTEGER, page VARCHAR(60) NOT NULL,"
            + " country CHAR(2) NOT NULL, device VARCHAR(10) NOT NULL, revenue DOUBLE PRECISION)",
        "CREATE TABLE campaign_spend (spend_date DATE NOT NULL, channel VARCHAR(10) NOT NULL,"
            + " clicks INTEGER NOT NULL, spend NUMERIC(10,2) NOT NULL)");
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO web_events VALUES (?, ?, ?, ?, ?, ?, ?, ?)")) {
      for (int i = 1; i <= EVENTS; i++) {
        String type = pick(EVENT_TYPES, random);
        insert.setLong(1, i);
        insert.setObject(2, moment(random));
        insert.setString(3, type);
        if (random.nextInt(3) == 0) {
          insert.setNull(4, Types.INTEGER);
        } else {
          insert.setInt(4, 1 + random.nextInt(CUSTOMERS));
        }
        insert.setString(5, pick(PAGES, random));
        insert.setString(6, pick(COUNTRIES, random));
        insert.setString(7, pick(DEVICES, random));
        if (type.equals("purchase")) {
          insert.setDouble(8, (500 + random.nextInt(20_000)) / 100.0);
        } else {
          insert.setNull(8, Types.DOUBLE);
        }
        insert.addBatch();
      }
      insert.executeBatch();
    }
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO campaign_spend VALUES (?, ?, ?, ?)")) {
      for (int day = 0; day < DAYS; day++) {
        for (String channel : CHANNELS) {
          int clicks = 20 + random.nextInt(400);
          insert.setObject(1, FIRST.plusDays(day));
          insert.setString(2, channel);
          insert.setInt(3, clicks);
          insert.setBigDecimal(4, BigDecimal.valueOf(clicks * (20L + random.nextInt(60)), 2));
          insert.addBatch();
        }
      }
      insert.executeBatch();
    }
  }

  private static LocalDateTime moment(Random random) {
    return FIRST.plusDays(random.nextInt(DAYS)).atStartOfDay().plusSeconds(random.nextInt(86_400));
  }

  private static String pick(List<String> from, Random random) {
    return from.get(random.nextInt(from.size()));
  }

  private static void execute(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
