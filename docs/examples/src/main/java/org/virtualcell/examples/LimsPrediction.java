package org.virtualcell.examples;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.Function;
import org.virtualcell.api.CellState;
import org.virtualcell.api.GeneProfile;
import org.virtualcell.api.Perturbation;
import org.virtualcell.api.Prediction;
import org.virtualcell.api.Predictor;

/** Answers the open requests of a laboratory information system: a row in, a prediction out. */
public final class LimsPrediction {
  private LimsPrediction() {}

  /**
   * Predicts every open request and writes the ten genes that change most.
   *
   * @param lims tables {@code request} and {@code expected_change}
   * @param model a trained model, shared by all requests
   * @param controls unperturbed cells of a cell line
   * @throws SQLException if the database refuses
   */
  public static void answerOpenRequests(
      Connection lims, Predictor model, Function<String, CellState> controls) throws SQLException {
    try (PreparedStatement open =
            lims.prepareStatement("select id, cell_line, gene from request where state = 'open'");
        PreparedStatement change =
            lims.prepareStatement("insert into expected_change values (?, ?, ?)");
        PreparedStatement done =
            lims.prepareStatement(
                "update request set state = ?, claim = ?, reason = ? where id = ?");
        ResultSet request = open.executeQuery()) {
      while (request.next()) {
        CellState baseline = controls.apply(request.getString("cell_line"));
        Perturbation asked = Perturbation.activation(request.getString("gene"));
        Prediction answer = model.predict(baseline, asked);
        if (answer.verdict().answered()) {
          GeneProfile effect = answer.effect();
          for (int gene : answer.state().topGenes(10)) {
            change.setLong(1, request.getLong("id"));
            change.setString(2, effect.genes().symbol(gene));
            change.setDouble(3, effect.get(gene));
            change.addBatch();
          }
          change.executeBatch();
        }
        done.setString(1, answer.verdict().decision().name());
        done.setString(2, answer.regime().label());
        done.setString(3, answer.verdict().reason());
        done.setLong(4, request.getLong("id"));
        done.executeUpdate();
      }
    }
  }
}
