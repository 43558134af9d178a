package org.apache.axis2.clustering;

public abstract class ClusteringMessage extends ClusteringCommand {
  public abstract ClusteringCommand getResponse();
}
