package org.virtualcell.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.virtualcell.api.CellContext;
import org.virtualcell.api.Predictor;
import org.virtualcell.api.Progress;
import org.virtualcell.atlas.PerturbationData;
import org.virtualcell.atlas.PerturbationKeys;
import org.virtualcell.io.AnnotatedData;
import org.virtualcell.io.AnnotatedFiles;
import org.virtualcell.model.baseline.Baselines;

class LimsPredictionTest {
  @Test
  void openRequestsAreAnsweredAndClosedOnesAreLeft() throws SQLException {
    try (AnnotatedData file = AnnotatedFiles.open(BundledData.NORMAN);
        Connection lims = DriverManager.getConnection("jdbc:h2:mem:lims")) {
      var data = PerturbationData.of(file, PerturbationKeys.detect(file.observations()));
      execute(
          lims,
          "create table request(id bigint, cell_line varchar, gene varchar, state varchar, claim varchar, reason varchar)");
      execute(
          lims,
          "create table expected_change(request_id bigint, gene varchar, log_change double precision)");
      execute(
          lims,
          "insert into request values (1, 'k562', 'KLF1', 'open', null, null), (2, 'k562', 'NOSUCHGENE', 'open', null, null), (3, 'k562', 'KLF1', 'withdrawn', null, null)");
      try (Predictor model =
          Baselines.trainer("perturbation-mean").train(data.everything(), Progress.SILENT)) {
        LimsPrediction.answerOpenRequests(lims, model, line -> data.controls(CellContext.of(line)));
      }
      assertEquals(
          List.of("1 ANSWER seen", "2 NO_EVIDENCE unseen-perturbation", "3 withdrawn null"),
          query(lims, "select id, state, claim from request order by id"));
      assertEquals(
          List.of("1 10"),
          query(
              lims,
              "select request_id, count(*) from expected_change where request_id = 1 group by request_id"));
      assertTrue(query(lims, "select reason from request where id = 2").get(0).length() > 10);
    }
  }

  private static void execute(Connection lims, String sql) throws SQLException {
    try (Statement statement = lims.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String> query(Connection lims, String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement statement = lims.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        StringBuilder text = new StringBuilder(row.getString(1));
        for (int column = 2; column <= row.getMetaData().getColumnCount(); column++) {
          text.append(' ').append(row.getString(column));
        }
        rows.add(text.toString());
      }
    }
    return rows;
  }
}
