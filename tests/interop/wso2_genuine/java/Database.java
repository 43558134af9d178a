import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.naming.Context;
import javax.naming.spi.NamingManager;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.tools.RunScript;

/** The database, in a file that outlives the server. WSO2's classes look it up by JNDI. */
class Database {
  private static JdbcConnectionPool pool;

  /** Whether it is new, with empty tables. */
  static boolean open(Path home) throws Exception {
    boolean fresh = !Files.exists(home.resolve("identity.mv.db"));
    pool = JdbcConnectionPool.create("jdbc:h2:" + home.resolve("identity") + ";DB_CLOSE_DELAY=-1", "", "");
    if (fresh) {
      try (Connection connection = pool.getConnection();
          InputStreamReader tables = new InputStreamReader(Main.class.getResourceAsStream("tables.sql"))) {
        RunScript.execute(connection, tables);
      }
    }
    Context names = Platform.standIn(Context.class, call -> call.getMethod().getName().equals("lookup") ? pool : null);
    NamingManager.setInitialContextFactoryBuilder(environment -> settings -> names);
    return fresh;
  }

  /** Changes what was stored for a device code: the interval, and by how many seconds it lives longer. */
  static void setTimes(String deviceCode, long interval, long longer) throws SQLException {
    String times = "POLL_TIME = ?, EXPIRY_TIME = DATEADD('SECOND', ?, EXPIRY_TIME)";
    String change = "UPDATE IDN_OAUTH2_DEVICE_FLOW SET " + times + " WHERE DEVICE_CODE = ?";
    try (Connection connection = pool.getConnection(); PreparedStatement statement = connection.prepareStatement(change)) {
      statement.setLong(1, interval * 1000);
      statement.setLong(2, longer);
      statement.setString(3, deviceCode);
      statement.executeUpdate();
    }
  }
}
